package dev.pavise.proxy.beside;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom a gateway that is root lets its runner be. */
final class RunnerUserTest {
    private static final List<Path> NOTHING = List.of();

    @TempDir
    private Path folder; // which only its owner can pass

    @BeforeEach
    void asRoot() throws IOException {
        assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "needs root");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void isANumberThatNobodyHasWhereNoUserWasMade() {
        assumeTrue(RunnerUser.choose("pavise-runner", NOTHING, NOTHING) instanceof Whom.Nobody, "there is such a user");
        assertEquals(
                new Whom.Other("1879048000", 1_879_048_000, 1_879_048_000), RunnerUser.choose(null, NOTHING, NOTHING));
    }

    @Test
    void isTheUserOfTheConfiguration() {
        assertEquals(new Whom.Other("nobody", 65534, 65534), RunnerUser.choose("nobody", NOTHING, NOTHING));
        assertEquals(new Whom.Other("4711", 4711, 4711), RunnerUser.choose("4711", NOTHING, NOTHING));
    }

    @ParameterizedTest
    @CsvSource({
        "root, is root",
        "no-such-user, there is no user",
        "4294967295, there is no user",
        "2147483648, there is no user"
    })
    void isNobodyWhereThatUserCannotBe(String user, String reason) {
        Whom.Nobody nobody = assertInstanceOf(Whom.Nobody.class, RunnerUser.choose(user, NOTHING, NOTHING));
        assertTrue(nobody.problem().contains(reason), nobody.problem());
    }

    @Test
    void staysRootWhereAnotherUserCouldNotReadWhatItNeeds() {
        Whom.Own own = assertInstanceOf(Whom.Own.class, RunnerUser.choose(null, NOTHING, List.of(folder)));
        assertTrue(
                own.regrets().getFirst().contains("cannot get at `" + folder + "`"),
                own.regrets().toString());
    }

    @Test
    void isNobodyWhereTheUserOfTheConfigurationCouldNotReadWhatItNeeds() throws IOException {
        Path key = Files.writeString(folder.resolve("a key.pub"), "x");
        Whom.Nobody nobody = assertInstanceOf(Whom.Nobody.class, RunnerUser.choose("nobody", List.of(key), NOTHING));
        assertTrue(nobody.problem().contains("cannot get at `" + key + "`"), nobody.problem());
    }

    @ParameterizedTest
    @CsvSource({
        "0 0 4294967295, 1879048000, true",
        "0 100000 65536, 65535, true",
        "0 100000 65536, 65536, false",
        "1000 1000 1, 1000, true",
        "1000 1000 1, 999, false"
    })
    void knowsTheNumbersOfAUserNamespace(String map, int number, boolean there) {
        assertEquals(there, RunnerUser.maps("         " + map + "\n", number));
    }
}
