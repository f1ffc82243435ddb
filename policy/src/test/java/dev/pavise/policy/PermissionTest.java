package dev.pavise.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PermissionTest {
    @ParameterizedTest
    @ValueSource(strings = {"agent:list", "agent:*", "*:list", "*", "tool:files/read", "secret:db.main", "a:b"})
    void readsWhatItPrints(String text) {
        assertEquals(text, Permission.parse(text).toString());
    }

    @Test
    void readsTwoStarsAsEverything() {
        assertEquals(Permission.ALL, Permission.parse("*:*"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "agent",
                "agent:",
                ":list",
                "agent:list:all",
                "agent:li*",
                "ag*:list",
                "**",
                "**:*",
                "agent list",
                " agent:list",
                "agent:list ",
                "agent:\u0000",
                "agent:l\u00efst",
                "agent:list\n",
                "agent:{id}",
                "a,b:c"
            })
    void refusesUnfitText(String text) {
        assertThrows(IllegalArgumentException.class, () -> Permission.parse(text));
    }

    @Test
    void refusesOverlongParts() {
        assertThrows(IllegalArgumentException.class, () -> Permission.parse("a".repeat(129) + ":b"));
    }

    @ParameterizedTest
    @CsvSource({
        "agent:list, agent:list, true",
        "agent:list, agent:logs, false",
        "agent:list, tool:list, false",
        "agent:list, Agent:list, false",
        "agent:*, agent:list, true",
        "agent:*, agent:*, true",
        "agent:*, tool:list, false",
        "*:list, agent:list, true",
        "*:list, agent:*, false",
        "agent:list, agent:*, false",
        "agent:list, *, false",
        "agent:*, *, false",
        "*, *, true",
        "*, agent:list, true",
        "*, auth:*, true"
    })
    void coversWhatItsStarsStandFor(String held, String needed, boolean covered) {
        assertEquals(covered, Permission.parse(held).covers(Permission.parse(needed)));
    }

    @ParameterizedTest
    @CsvSource({
        "agent:*, *:list, agent:list",
        "*, agent:list, agent:list",
        "agent:*, *, agent:*",
        "agent:list, agent:list, agent:list",
        "agent:list, agent:logs,",
        "agent:*, tool:*,"
    })
    void meetsInWhatBothCover(String one, String other, String both) {
        Optional<Permission> expected = Optional.ofNullable(both).map(Permission::parse);
        assertEquals(expected, Permission.parse(one).meet(Permission.parse(other)));
        assertEquals(expected, Permission.parse(other).meet(Permission.parse(one)));
    }

    @Test
    void readsOrRefusesAnyText() {
        SplittableRandom random = new SplittableRandom(1);
        String letters = "ab:*:*-/ \u0000\u00e9\ud800";
        int read = 0;
        for (int round = 0; round < 50_000; round++) {
            StringBuilder text = new StringBuilder();
            for (int at = random.nextInt(8); at > 0; at--) {
                text.append(letters.charAt(random.nextInt(letters.length())));
            }
            Optional<Permission> permission = Permission.claimed(text.toString());
            if (permission.isPresent()) {
                read++;
                assertEquals(permission.get(), Permission.parse(permission.get().toString()));
                assertTrue(Permission.ALL.covers(permission.get()));
            }
        }
        assertTrue(read > 100);
    }

    @Test
    void keepsStrangersTextOutOfMessages() {
        String error = Refusal.of(() -> Permission.parse("a\r\nb\u202e" + "x".repeat(5000)));
        assertFalse(error.contains("\n"));
        assertFalse(error.contains("\u202e"));
        assertTrue(error.length() < 300);
    }
}
