package dev.pavise.policy.certificate;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyPairsTest {
    private static KeyPair pair(String kind, int bits) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    @ParameterizedTest
    @CsvSource({"RSA,2048", "EC,256", "EC,384", "EC,521", "Ed25519,255"})
    void fitsHalvesOfOnePairAndNoOthers(String kind, int bits) throws GeneralSecurityException {
        KeyPair own = pair(kind, bits);
        assertTrue(KeyPairs.fit(own.getPublic(), own.getPrivate()));
        for (KeyPair other : List.of(pair(kind, bits), pair("RSA", 2048), pair("EC", 256), pair("EC", 384))) {
            assertFalse(KeyPairs.fit(other.getPublic(), own.getPrivate()), other.getPublic()::toString);
            assertFalse(KeyPairs.fit(own.getPublic(), other.getPrivate()), other.getPublic()::toString);
        }
    }

    @Test
    void fitsNothingThatCannotSign() throws GeneralSecurityException {
        KeyPair own = pair("X25519", 255);
        assertFalse(KeyPairs.fit(own.getPublic(), own.getPrivate()));
    }
}
