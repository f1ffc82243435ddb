package dev.pavise.policy.signing;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;

/** An Ed25519 key pair (RFC 8032) that signs. Whoever writes it down sees to who can read it; it prints as its public half. */
public final class SigningKey {
    private static final int RAW = 32;

    private final PrivateKey privateKey;
    private final VerifyKey verifyKey;

    private SigningKey(PrivateKey privateKey, PublicKey publicKey) {
        byte[] encoded = publicKey.getEncoded();
        this.privateKey = privateKey;
        this.verifyKey = VerifyKey.ofRaw(Arrays.copyOfRange(encoded, encoded.length - RAW, encoded.length));
    }

    public static SigningKey generate() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            return new SigningKey(pair.getPrivate(), pair.getPublic());
        } catch (GeneralSecurityException absent) {
            throw new IllegalStateException("every Java platform has Ed25519", absent);
        }
    }

    /** Reads a PEM block {@code PRIVATE KEY} (PKCS#8, not encrypted), or throws {@link IllegalArgumentException}. */
    public static SigningKey ofPem(String pem) {
        byte[] encoded = Pem.decode(pem, "PRIVATE KEY");
        try {
            PrivateKey key = KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded));
            byte[] seed = ((EdECPrivateKey) key)
                    .getBytes()
                    .orElseThrow(() -> new GeneralSecurityException("the key does not give its bytes"));
            KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
            generator.initialize(NamedParameterSpec.ED25519, new Given(seed));
            return new SigningKey(key, generator.generateKeyPair().getPublic());
        } catch (GeneralSecurityException | RuntimeException otherKey) {
            // Without its cause, which may repeat what it could not read.
            throw new IllegalArgumentException(
                    "its key is not an Ed25519 key in PKCS#8, make one with `openssl genpkey -algorithm ed25519`");
        }
    }

    public SignatureBytes sign(byte[] message) {
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(privateKey);
            signer.update(message);
            return SignatureBytes.of(signer.sign());
        } catch (GeneralSecurityException unable) {
            throw new IllegalStateException("every Java platform has Ed25519", unable);
        }
    }

    public VerifyKey verifyKey() {
        return verifyKey;
    }

    /** The private half. */
    public String privatePem() {
        return Pem.encode("PRIVATE KEY", privateKey.getEncoded());
    }

    @Override
    public String toString() {
        return "private half of " + verifyKey;
    }

    /** Hands the generator the seed that is already there; the JDK has no other way from a private key to its public one. */
    private static final class Given extends SecureRandom {
        private static final long serialVersionUID = 1L;
        private final byte[] seed;

        private Given(byte[] seed) {
            this.seed = seed.clone();
        }

        @Override
        public void nextBytes(byte[] bytes) {
            System.arraycopy(seed, 0, bytes, 0, bytes.length);
        }
    }
}
