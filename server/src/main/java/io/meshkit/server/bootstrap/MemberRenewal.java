package io.meshkit.server.bootstrap;

import io.meshkit.raft.Member;
import io.meshkit.raft.Replica;
import io.meshkit.server.config.ServerConfig;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** Keeps {@link OwnCertificate} good: looks at it again and again. Thread: its own. */
public final class MemberRenewal implements AutoCloseable {
    private final OwnCertificate certificate;
    private final Thread thread;
    private volatile boolean closed;

    private MemberRenewal(OwnCertificate certificate) {
        this.certificate = certificate;
        this.thread = Thread.ofPlatform().name("member-renewal").daemon().unstarted(this::run);
    }

    /** @param members who may be asked, as they are now */
    public static MemberRenewal start(
            ServerConfig config,
            Replica replica,
            Supplier<List<Member>> members,
            RenewalAnswers self,
            RenewalCalls others) {
        MemberRenewal renewal = new MemberRenewal(new OwnCertificate(
                config,
                replica,
                members,
                self::renew,
                others,
                System::currentTimeMillis,
                () -> ThreadLocalRandom.current().nextDouble()));
        renewal.thread.start();
        return renewal;
    }

    private void run() {
        while (!closed) {
            try {
                Thread.sleep(certificate.look());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        certificate.close();
        thread.interrupt();
    }
}
