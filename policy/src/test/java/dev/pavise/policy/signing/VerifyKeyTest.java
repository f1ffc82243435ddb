package dev.pavise.policy.signing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.Refusal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerifyKeyTest {
    private static final BigInteger ORDER =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
    private static final HexFormat HEX = HexFormat.of();

    /** RFC 8032, section 7.1. */
    @ParameterizedTest
    @CsvSource({
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
                + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a, '',"
                + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
                + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c, 72,"
                + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
                + "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025, af82,"
                + "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    })
    void signsAndVerifiesTheVectorsOfTheRfc(String seed, String key, String message, String signature) {
        SigningKey signer =
                SigningKey.ofPem(Pem.encode("PRIVATE KEY", HEX.parseHex("302e020100300506032b657004220420" + seed)));
        assertEquals(key, HEX.formatHex(signer.verifyKey().raw()));
        byte[] signed = HEX.parseHex(message);
        assertEquals(signature, HEX.formatHex(signer.sign(signed).bytes()));
        assertTrue(VerifyKey.ofRaw(HEX.parseHex(key)).verifies(signed, SignatureBytes.of(HEX.parseHex(signature))));
    }

    @Test
    void refusesASignatureOfWhichAnyBitIsChanged() {
        SigningKey signer = SigningKey.generate();
        byte[] message = "what was signed".getBytes(StandardCharsets.UTF_8);
        byte[] good = signer.sign(message).bytes();
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] changed = good.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertFalse(signer.verifyKey().verifies(message, SignatureBytes.of(changed)), "bit " + bit);
        }
        message[0] ^= 1;
        assertFalse(signer.verifyKey().verifies(message, SignatureBytes.of(good)));
    }

    @Test
    void refusesTheSecondSpellingsOfASignature() {
        SigningKey signer = SigningKey.generate();
        byte[] message = {1, 2, 3};
        byte[] good = signer.sign(message).bytes();
        for (int times = 1; times < 8; times++) {
            byte[] changed = good.clone();
            BigInteger scalar = number(good, 32).add(ORDER.multiply(BigInteger.valueOf(times)));
            System.arraycopy(littleEnd(scalar), 0, changed, 32, 32);
            assertFalse(signer.verifyKey().verifies(message, SignatureBytes.of(changed)), "plus " + times + " orders");
        }
    }

    @Test
    void refusesSignaturesOfRandomBytes() {
        Random random = new Random(8032);
        VerifyKey key = SigningKey.generate().verifyKey();
        byte[] bytes = new byte[64];
        for (int round = 0; round < 300; round++) {
            random.nextBytes(bytes);
            if (round % 2 == 0) {
                bytes[63] = 0; // a scalar in range
            }
            assertFalse(key.verifies(bytes, SignatureBytes.of(bytes)));
        }
    }

    /** With such keys the signature of R = A = neutral and S = 0 would be good for many messages, or for all. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0100000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000080",
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0000000000000000000000000000000000000000000000000000000000000080",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"
            })
    void refusesKeysOfSmallOrder(String key) {
        assertTrue(Refusal.of(() -> VerifyKey.ofRaw(HEX.parseHex(key))).contains("small order"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
            })
    void refusesKeysInAnotherEncodingThanTheirOwn(String key) {
        assertTrue(Refusal.of(() -> VerifyKey.ofRaw(HEX.parseHex(key))).contains("encoding"));
    }

    @Test
    void refusesAboutHalfOfAllBytesAsNoPointOfTheCurve() {
        Random random = new Random(25519);
        int points = 0;
        for (int round = 0; round < 200; round++) {
            byte[] raw = new byte[32];
            random.nextBytes(raw);
            try {
                assertArrayEquals(raw, VerifyKey.ofRaw(raw).raw());
                points++;
            } catch (IllegalArgumentException notPoint) {
                assertTrue(notPoint.getMessage().contains("no point"), notPoint.getMessage());
            }
        }
        assertTrue(points > 60 && points < 140, points + " of 200");
        assertTrue(Refusal.of(() -> VerifyKey.ofRaw(new byte[31])).contains("31 bytes"));
    }

    @Test
    void isReadFromTheTextThatItWrites() {
        SigningKey signer = SigningKey.generate();
        assertEquals(signer.verifyKey(), VerifyKey.ofPem(signer.verifyKey().pem()));
        assertEquals(signer.verifyKey(), SigningKey.ofPem(signer.privatePem()).verifyKey());
        assertEquals(
                signer.verifyKey().id(),
                VerifyKey.ofRaw(signer.verifyKey().raw()).id());
        assertFalse(signer.toString().contains(signer.privatePem().substring(40, 60)));
    }

    @Test
    void namesAKeyByTheDigestOfItsSubjectPublicKeyInfo() {
        VerifyKey key =
                VerifyKey.ofRaw(HEX.parseHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"));
        assertEquals(
                "06e3fd8fda29bb60ab59557de61edb0aecdb231134be30e75b455f8e1b792fa9",
                key.id().text());
        assertTrue(Refusal.of(() -> KeyId.parse("FB1B")).contains("key id"));
    }

    @Test
    void refusesTextThatIsNotOneEd25519Key() throws Exception {
        String good = SigningKey.generate().verifyKey().pem();
        String rsa = pem(KeyPairGenerator.getInstance("RSA")
                .generateKeyPair()
                .getPublic()
                .getEncoded());
        String x25519 = pem(KeyPairGenerator.getInstance("X25519")
                .generateKeyPair()
                .getPublic()
                .getEncoded());
        assertTrue(Refusal.of(() -> VerifyKey.ofPem("")).contains("no block"));
        assertTrue(Refusal.of(() -> VerifyKey.ofPem(good + good)).contains("more than one"));
        assertTrue(Refusal.of(() -> VerifyKey.ofPem(good + "-----BEGIN JUNK")).contains("more than one"));
        assertTrue(Refusal.of(() -> VerifyKey.ofPem(rsa)).contains("not an Ed25519 key"));
        assertTrue(Refusal.of(() -> VerifyKey.ofPem(x25519)).contains("not an Ed25519 key"));
        assertTrue(Refusal.of(() -> VerifyKey.ofPem(good.replace("-----END", "A-----END")))
                .contains("damaged"));
        String secret = SigningKey.generate().privatePem();
        assertTrue(Refusal.of(() -> VerifyKey.ofPem(secret)).contains("no block `BEGIN PUBLIC KEY`"));
        String broken = secret.replace("MC4CAQAw", "MC4CAQAx");
        String refusal = Refusal.of(() -> SigningKey.ofPem(broken));
        assertTrue(refusal.contains("not an Ed25519 key in PKCS#8") && !refusal.contains(secret.substring(40, 60)));
    }

    private static String pem(byte[] encoded) {
        return "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(encoded)
                + "\n-----END PUBLIC KEY-----\n";
    }

    private static BigInteger number(byte[] bytes, int offset) {
        byte[] turned = new byte[32];
        for (int at = 0; at < 32; at++) {
            turned[31 - at] = bytes[offset + at];
        }
        return new BigInteger(1, turned);
    }

    private static byte[] littleEnd(BigInteger number) {
        byte[] bytes = new byte[32];
        for (int at = 0; at < 32; at++) {
            bytes[at] = number.shiftRight(8 * at).byteValue();
        }
        return bytes;
    }
}
