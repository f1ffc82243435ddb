package dev.pavise.policy.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyStrengthTest {
    @ParameterizedTest
    @CsvSource({"RSA,1024,false", "RSA,2048,true", "EC,256,true", "EC,384,true", "Ed25519,255,true", "DSA,2048,false"})
    void holdsKeysAgainstTheirLength(String kind, int bits, boolean enough) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
        generator.initialize(bits);
        assertEquals(enough, KeyStrength.enough(generator.generateKeyPair().getPublic()));
    }

    @Test
    void takesNoKeyOfAKindItDoesNotKnow() {
        PublicKey unknown = new PublicKey() {
            private static final long serialVersionUID = 1L;

            @Override
            public String getAlgorithm() {
                return "EC";
            }

            @Override
            public String getFormat() {
                return "X.509";
            }

            @Override
            public byte[] getEncoded() {
                return new byte[0];
            }
        };
        assertFalse(KeyStrength.enough(unknown));
    }

    @ParameterizedTest
    @CsvSource({
        "SHA256withRSA,true",
        "SHA384withECDSA,true",
        "Ed25519,true",
        "SHA256WITHRSAANDMGF1,true",
        "SHA1withRSA,false",
        "sha1WithRSAEncryption,false",
        "SHA-1withRSA,false",
        "SHA1WITHRSAANDMGF1,false",
        "MD5withRSA,false",
        "MD2withRSA,false",
        "MD4withRSA,false",
    })
    void knowsTheHashesThatAreBroken(String algorithm, boolean sound) {
        assertEquals(sound, KeyStrength.soundSignature(algorithm));
    }
}
