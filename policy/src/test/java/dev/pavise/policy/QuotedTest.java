package dev.pavise.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuotedTest {
    @ParameterizedTest
    @ValueSource(strings = {"", "alice", "J\u00fcrgen M\u00fcller", "user@example.com", "\ud83d\ude00", "\u4e2d\u6587"})
    void takesNamesOfPeople(String text) {
        assertTrue(Quoted.isPlain(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a\nb",
                "a\u0000",
                "\u0085",
                "\u202ea",
                "a\u200bb",
                "\u2028",
                "\ufeffa",
                "\ud800",
                "\ude00\ud83d",
                "\udb40\udc41"
            })
    void refusesWhatChangesHowALineReads(String text) {
        assertFalse(Quoted.isPlain(text));
        assertTrue(Quoted.isPlain(Quoted.of(text)));
    }

    @ParameterizedTest
    @ValueSource(ints = {80, 81, 100_000})
    void shortensLongText(int length) {
        assertEquals(length > 80 ? 83 : length, Quoted.of("x".repeat(length)).length());
    }
}
