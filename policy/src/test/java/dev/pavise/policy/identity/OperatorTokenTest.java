package dev.pavise.policy.identity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.Refusal;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorTokenTest {
    @Test
    void generatesTokensThatAreFit() {
        SecureRandom random = new SecureRandom();
        String one = OperatorToken.generate(random);
        assertTrue(one.matches("pav_op_[A-Za-z0-9_-]{43}"), one);
        assertNotEquals(one, OperatorToken.generate(random));
        assertTrue(OperatorToken.of(one).matches(one));
        assertFalse(OperatorToken.of(one).isGuessable());
    }

    @Test
    void matchesNothingButItself() {
        OperatorToken token = OperatorToken.of("correct-horse-battery");
        assertTrue(token.matches("correct-horse-battery"));
        for (String other :
                new String[] {"", "correct-horse-batter", "correct-horse-battery1", "Correct-horse-battery", "***"}) {
            assertFalse(token.matches(other), other);
        }
        assertTrue(token.isGuessable());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "fifteen-charact",
                "with a space in it",
                "line\nend-in-the-middle",
                "gr\u00fc\u00dfe-aus-m\u00fcnchen",
                "====================",
                "comma,comma,comma,comma"
            })
    void refusesWhatIsShortOrCannotBeSentWithoutRepeatingIt(String text) {
        String message = Refusal.of(() -> OperatorToken.of(text));
        assertTrue(text.isEmpty() || !message.contains(text), message);
    }

    @Test
    void showsNothingOfItself() {
        assertEquals("***", OperatorToken.of("correct-horse-battery").toString());
    }
}
