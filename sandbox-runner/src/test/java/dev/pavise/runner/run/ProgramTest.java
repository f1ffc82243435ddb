package dev.pavise.runner.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.tool.VerifiedTool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.MethodRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Nothing but what was verified leads to something that a backend runs. */
class ProgramTest {
    private static final String BACKEND = "dev/pavise/runner/run/Program";
    private static final String PROOF = "dev/pavise/policy/tool/VerifiedTool";

    @Test
    void isMadeOfAVerifiedToolAlone() {
        assertTrue(Modifier.isFinal(Program.class.getModifiers()));
        for (Constructor<?> constructor : Program.class.getDeclaredConstructors()) {
            assertFalse(isOpen(constructor), constructor::toString);
        }
        List<Method> ways = Arrays.stream(Program.class.getDeclaredMethods())
                .filter(method -> isOpen(method) && method.getReturnType() == Program.class)
                .toList();
        assertEquals(1, ways.size(), ways::toString);
        assertEquals(VerifiedTool.class, ways.getFirst().getParameterTypes()[0]);
    }

    private static boolean isOpen(Executable member) {
        return (member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
    }

    /** Neighbours in a package could call what is not private; none does. */
    @Test
    void isConstructedInOnePlaceAndSoIsItsProof() throws IOException, URISyntaxException {
        assertEquals(Set.of(BACKEND), callers(Program.class, BACKEND));
        assertEquals(Set.of("dev/pavise/policy/tool/ToolVerifier"), callers(VerifiedTool.class, PROOF));
        assertEquals(Set.of(), callers(Program.class, PROOF));
    }

    /** Which classes of the module that holds {@code anchor} construct the one of this name. */
    private static Set<String> callers(Class<?> anchor, String constructed) throws IOException, URISyntaxException {
        Path place = Path.of(
                anchor.getProtectionDomain().getCodeSource().getLocation().toURI());
        if (Files.isDirectory(place)) {
            return callersUnder(place, constructed);
        }
        try (FileSystem jar = FileSystems.newFileSystem(place)) {
            return callersUnder(jar.getPath("/"), constructed);
        }
    }

    private static Set<String> callersUnder(Path root, String constructed) throws IOException {
        Set<String> callers = new TreeSet<>();
        int[] seen = {0};
        try (Stream<Path> files = Files.walk(root)) {
            files.filter(file -> file.toString().endsWith(".class")).forEach(file -> {
                seen[0]++;
                var model = ClassFile.of().parse(read(file));
                for (PoolEntry entry : model.constantPool()) {
                    if (entry instanceof MethodRefEntry method
                            && method.owner().asInternalName().equals(constructed)
                            && method.name().equalsString("<init>")) {
                        callers.add(model.thisClass().asInternalName());
                    }
                }
            });
        }
        assertTrue(seen[0] > 50, "too few classes were found to say anything");
        return callers;
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
