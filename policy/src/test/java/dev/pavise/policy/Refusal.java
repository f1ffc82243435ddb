package dev.pavise.policy;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.function.Executable;

/** Runs what has to be refused, and gives the message of the refusal. */
public final class Refusal {
    private Refusal() {}

    public static String of(Executable refused) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, refused).getMessage());
    }
}
