package io.meshkit.server.bootstrap;

import java.nio.file.Path;
import java.util.List;

/** Authorities of members for tests of something else. */
final class TestAuthority {
    private TestAuthority() {}

    /** Of a node that issues no certificates for members. @param trust PEM of any CA */
    static MemberAuthority none(Path trust) {
        Trust any = new Trust(trust, "a test");
        return new MemberAuthority(Issuer.ofMembers(null, null), "test", any, any, any, List::of);
    }
}
