package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** There is no way around the gate in what is shipped, as its compiled classes tell: measurements may have one, which is not shipped. */
class GateInFrontTest {
    private static final String PACKAGE = "dev/pavise/proxy/server/";

    private final List<ClassModel> shipped = shipped();

    @Test
    void onlyTheExchangeThatAsksTheGateCarriesOutRequests() {
        assertEquals(
                Set.of("Exchange"),
                named(type -> type.interfaces().stream()
                        .map(ClassEntry::asInternalName)
                        .anyMatch((PACKAGE + "ClientExchange")::equals)));
    }

    @Test
    void noConnectionIsGivenExchangesOfAnotherKind() {
        String given = "(L" + PACKAGE + "Loop;L" + PACKAGE + "Session;L" + PACKAGE + "ClientExchange$Opening;)V";
        assertEquals(
                Set.of("Http1Connection"),
                named(type -> refersTo(type, "Http1Connection", "<init>", given)),
                "only its other constructor, which opens exchanges that ask the gate");
        assertEquals(
                Set.of("Http1Connection"),
                named(type -> StreamSupport.stream(type.constantPool().spliterator(), false)
                        .anyMatch(entry -> entry instanceof ClassEntry named
                                && named.asInternalName().equals(PACKAGE + "ClientExchange$Opening")
                                && !type.thisClass().asInternalName().startsWith(PACKAGE + "ClientExchange"))));
    }

    @Test
    void noOtherDoorIsOpenedOnTheEventLoopsOfAGateway() {
        assertEquals(
                Set.of(), named(type -> refersTo(type, "ProxyServer", "eventLoops", "()L" + PACKAGE + "EventLoops;")));
    }

    private Set<String> named(Predicate<ClassModel> wanted) {
        Set<String> names = new TreeSet<>();
        shipped.stream()
                .filter(wanted)
                .forEach(type -> names.add(type.thisClass().asInternalName().replace(PACKAGE, "")));
        return names;
    }

    private static boolean refersTo(ClassModel type, String owner, String name, String descriptor) {
        for (PoolEntry entry : type.constantPool()) {
            if (entry instanceof MemberRefEntry member
                    && member.owner().asInternalName().equals(PACKAGE + owner)
                    && member.name().equalsString(name)
                    && member.type().equalsString(descriptor)) {
                return true;
            }
        }
        return false;
    }

    private static List<ClassModel> shipped() {
        try {
            Path root = Path.of(ProxyServer.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            try (Stream<Path> files = Files.walk(root)) {
                List<ClassModel> all = files.filter(file -> file.toString().endsWith(".class"))
                        .map(GateInFrontTest::read)
                        .toList();
                assertFalse(all.isEmpty(), "no classes in " + root);
                return all;
            }
        } catch (IOException | URISyntaxException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static ClassModel read(Path file) {
        try {
            return ClassFile.of().parse(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
