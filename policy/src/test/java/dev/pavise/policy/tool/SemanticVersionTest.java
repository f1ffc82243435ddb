package dev.pavise.policy.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.Refusal;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SemanticVersionTest {
    /** Section 11 of the specification, and beyond what fits a number of the machine. */
    private static final List<String> RISING = List.of(
            "0.0.0-0",
            "0.0.0",
            "0.0.1",
            "0.1.0",
            "1.0.0--",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.2",
            "1.0.0-alpha.10",
            "1.0.0-alpha.99999999999999999999",
            "1.0.0-alpha.100000000000000000000",
            "1.0.0-alpha.0a",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.1",
            "1.2.0",
            "1.10.0",
            "2.0.0",
            "2.1.0",
            "2.1.1",
            "10.0.0",
            "9223372036854775808.0.0");

    @Test
    void ordersByPrecedence() {
        for (int one = 0; one < RISING.size(); one++) {
            for (int other = 0; other < RISING.size(); other++) {
                SemanticVersion left = SemanticVersion.parse(RISING.get(one));
                SemanticVersion right = SemanticVersion.parse(RISING.get(other));
                String pair = left + " and " + right;
                assertEquals(Integer.compare(one, other), Integer.signum(left.compareTo(right)), pair);
                assertEquals(one > other, left.isNewerThan(right), pair);
                assertEquals(one == other, left.equals(right), pair);
            }
        }
    }

    @Test
    void leavesBuildMetadataOutOfTheOrderButNotOutOfTheVersion() {
        SemanticVersion one = SemanticVersion.parse("1.0.0+a.001");
        SemanticVersion other = SemanticVersion.parse("1.0.0+b");
        assertEquals(0, one.compareTo(other));
        assertFalse(one.isNewerThan(other) || other.isNewerThan(one));
        assertNotEquals(one, other);
        assertEquals("1.0.0+a.001", one.toString());
        assertFalse(one.isPreRelease());
        assertTrue(SemanticVersion.parse("1.0.0-rc.1+b").isPreRelease());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1",
                "1.2",
                "1.2.3.4",
                "v1.2.3",
                "01.2.3",
                "1.02.3",
                "1.2.03",
                "-1.2.3",
                "1.2.3-",
                "1.2.3-01",
                "1.2.3-a.01",
                "1.2.3-a..b",
                "1.2.3-.a",
                "1.2.3+",
                "1.2.3+a..b",
                "1.2.3+a+b",
                "1.2.3-a_b",
                " 1.2.3",
                "1.2.3 ",
                "1.2.3\n",
                "1.2.x",
                "1.2.\u0661",
                "latest",
                "^1.2.3"
            })
    void refusesWhatIsNoVersion(String text) {
        assertTrue(Refusal.of(() -> SemanticVersion.parse(text)).contains("no semantic version"));
    }

    @Test
    void boundsLength() {
        assertEquals(
                128,
                SemanticVersion.parse("1.0.0+" + "a".repeat(122)).toString().length());
        assertTrue(Refusal.of(() -> SemanticVersion.parse("1.0.0+" + "a".repeat(123)))
                .contains("128"));
    }

    @Test
    void readsOrRefusesAnyTextInLittleTime() {
        Random random = new Random(200);
        String[] pieces = {"0", "1", "10", ".", "-", "+", "a", "rc", "00", "a".repeat(50), "1.".repeat(40)};
        int read = 0;
        for (int round = 0; round < 30_000; round++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "1.0.0" : "");
            for (int at = random.nextInt(8); at > 0; at--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            try {
                SemanticVersion version = SemanticVersion.parse(text.toString());
                assertEquals(0, version.compareTo(SemanticVersion.parse(version.toString())));
                read++;
            } catch (IllegalArgumentException refused) {
                assertTrue(refused.getMessage().startsWith("version `"), refused.getMessage());
            }
        }
        assertTrue(read > 500, "read " + read);
    }
}
