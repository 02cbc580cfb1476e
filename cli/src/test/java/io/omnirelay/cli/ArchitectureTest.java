package io.omnirelay.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The arrows between the modules, checked on the compiled classes of all of them.
 * It lives here because only this module has every other one on its class path.
 */
class ArchitectureTest {

    /** Everything of ours; {@code omnirelay..} holds classes generated without a Java package of their own. */
    private static final DescribedPredicate<JavaClass> OURS =
            resideInAnyPackage("io.meshkit..", "io.omnirelay..", "omnirelay..").as("ours");

    /** Generated from the protos of {@code api}, and from those that only the server speaks. */
    private static final DescribedPredicate<JavaClass> GENERATED = resideInAnyPackage(
                    "io.meshkit.v1..",
                    "io.meshkit.internal.v1..",
                    "io.meshkit.options..",
                    "io.omnirelay.mesh..",
                    "io.omnirelay.session.v1..",
                    "omnirelay.mesh..")
            .as("generated from protos");

    /**
     * One row per layer: what of ours its classes may import beside their own package.
     * Every package of ours belongs to exactly one row or is generated.
     */
    private static final List<Layer> LAYERS = List.of(
            new Layer("io.meshkit.api", contract()),
            new Layer("io.meshkit.storage"),
            // The root package of storage only: the domain sees the store's interface, never an implementation.
            new Layer("io.meshkit.domain", contract().or(resideInAPackage("io.meshkit.storage"))),
            new Layer(
                    "io.meshkit.raft",
                    contract().or(resideInAnyPackage("io.meshkit.domain..", "io.meshkit.storage.."))),
            new Layer(
                    "io.omnirelay.transport",
                    // What a certificate says of its holder is read in one place; pki itself imports nothing of ours.
                    resideInAnyPackage(
                                    "io.meshkit.api..",
                                    "io.meshkit.options..",
                                    "io.omnirelay.session.v1..",
                                    "io.omnirelay.pki")
                            .or(errorDetail())),
            new Layer("io.omnirelay.pki"),
            new Layer(
                    "io.meshkit.client",
                    // It writes keys and certificates to files of their owner alone.
                    contract().or(resideInAnyPackage("io.omnirelay.transport..", "io.omnirelay.pki"))),
            new Layer(
                    "io.meshkit.server",
                    contract()
                            .or(resideInAnyPackage(
                                    "io.meshkit.storage..",
                                    "io.meshkit.domain..",
                                    "io.meshkit.raft..",
                                    "io.omnirelay.transport..",
                                    "io.omnirelay.session.v1..",
                                    "io.omnirelay.pki"))),
            new Layer(
                    "io.omnirelay.cli",
                    contract()
                            .or(resideInAnyPackage(
                                    "io.meshkit.client..", "io.omnirelay.transport..", "io.omnirelay.pki"))),
            new Layer(
                    "io.meshkit.jepsen",
                    contract()
                            .or(resideInAnyPackage(
                                    "io.meshkit.client..",
                                    "io.omnirelay.transport..",
                                    // It makes the certificates of nodes that join.
                                    "io.omnirelay.pki",
                                    "io.meshkit.storage..",
                                    "io.meshkit.domain..",
                                    "io.meshkit.raft.."))),
            new Layer(
                    "io.meshkit.bench",
                    contract()
                            .or(resideInAnyPackage(
                                    "io.meshkit.client..",
                                    "io.omnirelay.transport..",
                                    "io.meshkit.storage..",
                                    "io.meshkit.domain.."))));

    /**
     * Layers that may still be empty but for their package-info. A rule about an empty layer holds vacuously:
     * take a layer out of this set as soon as it has a class; in the end the set is empty.
     */
    private static final Set<String> NOT_WRITTEN_YET = Set.of();

    /** Of {@code java.io}, what reads and writes memory only. */
    private static final DescribedPredicate<JavaClass> IN_MEMORY = belongToAnyOf(
            ByteArrayInputStream.class,
            ByteArrayOutputStream.class,
            DataInputStream.class,
            DataOutputStream.class,
            InputStream.class,
            OutputStream.class,
            EOFException.class,
            IOException.class,
            UncheckedIOException.class,
            Serializable.class);

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.meshkit", "io.omnirelay", "omnirelay");

    static Stream<Layer> layers() {
        return LAYERS.stream();
    }

    @ParameterizedTest
    @MethodSource("layers")
    void layer_isOnTheClassPath(Layer layer) {
        List<JavaClass> found =
                CLASSES.stream().filter(resideInAPackage(layer.root() + "..")).toList();
        assertThat(found).as("classes scanned of %s", layer.root()).isNotEmpty();
        if (!NOT_WRITTEN_YET.contains(layer.root())) {
            assertThat(found).as("classes of %s", layer.root()).anyMatch(c -> !isPackageInfo(c));
        }
    }

    @ParameterizedTest
    @MethodSource("layers")
    void layer_importsOnlyWhatItMay(Layer layer) {
        DescribedPredicate<JavaClass> own = resideInAPackage(layer.root() + "..");
        noClasses()
                .that(own)
                .should()
                .dependOnClassesThat(OURS.and(DescribedPredicate.not(own.or(layer.mayImport())))
                        .as("are outside what %s may import".formatted(layer.root())))
                .allowEmptyShould(NOT_WRITTEN_YET.contains(layer.root()))
                .check(CLASSES);
    }

    @Test
    void everyClass_belongsToALayer() {
        DescribedPredicate<JavaClass> inALayer =
                resideInAnyPackage(LAYERS.stream().map(l -> l.root() + "..").toArray(String[]::new));
        classes()
                .that(OURS.and(DescribedPredicate.not(GENERATED)))
                .should()
                .resideInAnyPackage(LAYERS.stream().map(l -> l.root() + "..").toArray(String[]::new))
                .check(CLASSES);
        assertThat(CLASSES.stream().filter(inALayer)).isNotEmpty();
    }

    @Test
    void domain_importsNothingButContractStoreAndPureJava() {
        DescribedPredicate<JavaClass> mayImport = resideInAnyPackage(
                "io.meshkit.domain..",
                "io.meshkit.v1..",
                // The scopes and kinds of verbs: part of the contract.
                "io.meshkit.options",
                "io.meshkit.api..",
                "io.meshkit.storage",
                "java..",
                "com.google.protobuf..",
                "org.jspecify.annotations..",
                // XXH64 and HMAC, functions of their input.
                "net.openhft.hashing..",
                "javax.crypto..");
        noClasses()
                .that()
                .resideInAPackage("io.meshkit.domain..")
                .should()
                .dependOnClassesThat(
                        DescribedPredicate.not(mayImport.or(primitive())).as("are outside what the domain may import"))
                .allowEmptyShould(NOT_WRITTEN_YET.contains("io.meshkit.domain"))
                .check(CLASSES);
    }

    @Test
    void domain_hasNoThreadsAndNoIo() {
        DescribedPredicate<JavaClass> threadsAndIo = resideInAnyPackage(
                        "java.util.concurrent..", "java.io..", "java.nio.file..", "java.nio.channels..", "java.net..")
                .or(belongToAnyOf(
                        Thread.class,
                        ThreadLocal.class,
                        InheritableThreadLocal.class,
                        Process.class,
                        ProcessBuilder.class,
                        Runtime.class,
                        java.util.Timer.class))
                .and(DescribedPredicate.not(IN_MEMORY))
                .as("are threads or I/O");
        noClasses()
                .that()
                .resideInAPackage("io.meshkit.domain..")
                .should()
                .dependOnClassesThat(threadsAndIo)
                .allowEmptyShould(NOT_WRITTEN_YET.contains("io.meshkit.domain"))
                .check(CLASSES);
    }

    /** Completes the list in {@code raft-state-machine/src/forbidden-apis/domain.txt}. */
    @Test
    void domain_makesNoHashOrderedCollections() {
        noClasses()
                .that()
                .resideInAPackage("io.meshkit.domain..")
                .should()
                .callMethod(HashMap.class, "newHashMap", int.class)
                .orShould()
                .callMethod(HashSet.class, "newHashSet", int.class)
                .allowEmptyShould(NOT_WRITTEN_YET.contains("io.meshkit.domain"))
                .check(CLASSES);
    }

    @Test
    void ratis_isKnownToRaftOnly() {
        noClasses()
                .that(OURS.and(DescribedPredicate.not(resideInAPackage("io.meshkit.raft.."))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.ratis..")
                .check(CLASSES);
    }

    @Test
    void server_isImportedByNobody() {
        noClasses()
                .that(OURS.and(DescribedPredicate.not(resideInAPackage("io.meshkit.server.."))))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.meshkit.server..")
                .check(CLASSES);
    }

    @Test
    void everyPackage_isNullMarked() {
        Set<String> unmarked = new TreeSet<>();
        for (JavaClass c : CLASSES) {
            if (!GENERATED.test(c) && !ofJmh(c) && !c.getPackage().isAnnotatedWith(NullMarked.class)) {
                unmarked.add(c.getPackageName());
            }
        }
        assertThat(unmarked)
                .as("packages without a package-info.java that says @NullMarked")
                .isEmpty();
    }

    /** Written by JMH's annotation processor around the benchmarks. */
    private static boolean ofJmh(JavaClass c) {
        return c.getPackageName().endsWith(".jmh_generated");
    }

    private static boolean isPackageInfo(JavaClass c) {
        return c.getSimpleName().equals("package-info");
    }

    /** The generated messages and the error codes. */
    private static DescribedPredicate<JavaClass> contract() {
        return GENERATED.or(resideInAPackage("io.meshkit.api.."));
    }

    /** The message that carries an error across the wire; the transport knows no other message. */
    private static DescribedPredicate<JavaClass> errorDetail() {
        return DescribedPredicate.describe("ErrorDetail", c -> c.getName().startsWith("io.meshkit.v1.ErrorDetail"));
    }

    private static DescribedPredicate<JavaClass> primitive() {
        return DescribedPredicate.describe(
                "primitive", c -> c.getBaseComponentType().isPrimitive());
    }

    /**
     * A root package and what of ours it may import.
     *
     * @param root its package; those below it belong to it
     * @param mayImport beside {@code root}
     */
    private record Layer(String root, DescribedPredicate<? super JavaClass> mayImport) {

        /** A layer that imports nothing of ours. */
        Layer(String root) {
            this(root, DescribedPredicate.alwaysFalse());
        }

        @Override
        public String toString() {
            return root;
        }
    }
}
