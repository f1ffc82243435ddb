package dev.pavise.auditlog.codec;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/** An Ed25519 key pair that signs checkpoints, in PEM: PKCS#8 for the private part, SubjectPublicKeyInfo for the public one. */
public final class SigningKey {
    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ([A-Z ]{1,30})-----([A-Za-z0-9+/=\\s]{1,4096})-----END \\1-----");

    private final PrivateKey privateKey;
    private final PublicKey publicKey;

    private SigningKey(PrivateKey privateKey, PublicKey publicKey) {
        this.privateKey = privateKey;
        this.publicKey = publicKey;
    }

    public static SigningKey generate() throws GeneralSecurityException {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        return new SigningKey(pair.getPrivate(), pair.getPublic());
    }

    /** Reads a private key; the public one is worked out from it. */
    public static SigningKey parse(String pem) throws GeneralSecurityException {
        byte[] encoded = decode(pem, "PRIVATE KEY");
        PrivateKey key = KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded));
        byte[] seed = ((EdECPrivateKey) key)
                .getBytes()
                .orElseThrow(() -> new GeneralSecurityException("the private key does not give its bytes"));
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
        generator.initialize(NamedParameterSpec.ED25519, new Given(seed));
        return new SigningKey(key, generator.generateKeyPair().getPublic());
    }

    public static PublicKey parsePublic(String pem) throws GeneralSecurityException {
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(decode(pem, "PUBLIC KEY")));
    }

    public PublicKey publicKey() {
        return publicKey;
    }

    /** Bytes that only the holder of this key can work out, others for each purpose (HKDF-SHA256, RFC 5869). */
    public byte[] derive(String purpose, int length) throws GeneralSecurityException {
        byte[] secret = ((EdECPrivateKey) privateKey)
                .getBytes()
                .orElseThrow(() -> new GeneralSecurityException("the private key does not give its bytes"));
        return KDF.getInstance("HKDF-SHA256")
                .deriveData(HKDFParameterSpec.ofExtract()
                        .addIKM(secret)
                        .thenExpand(purpose.getBytes(StandardCharsets.US_ASCII), length));
    }

    /** Signs a checkpoint under the log's own name. */
    public String sign(Checkpoint checkpoint) throws GeneralSecurityException {
        return SignedNote.sign(checkpoint.text(), checkpoint.origin(), privateKey, publicKey);
    }

    /** Signs a text that ends in a line end, under a log's name. */
    String sign(String text, String name) throws GeneralSecurityException {
        return SignedNote.sign(text, name, privateKey, publicKey);
    }

    /** Adds this key's signature to a note, beside those that it has. */
    public String countersign(String note, String name) throws GeneralSecurityException {
        return SignedNote.countersign(note, name, privateKey, publicKey);
    }

    /** Reads a checkpoint that this key signed for this log. */
    public static Optional<Checkpoint> open(String note, String origin, PublicKey key) {
        return SignedNote.open(note, origin, key)
                .flatMap(Checkpoint::parse)
                .filter(checkpoint -> checkpoint.origin().equals(origin));
    }

    /** The private key; whoever writes it down sees to who can read it. */
    public String privatePem() {
        return pem("PRIVATE KEY", privateKey.getEncoded());
    }

    public String publicPem() {
        return pem("PUBLIC KEY", publicKey.getEncoded());
    }

    private static String pem(String label, byte[] encoded) {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(encoded);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    private static byte[] decode(String pem, String label) throws GeneralSecurityException {
        Matcher parts = PEM.matcher(pem);
        if (!parts.find() || !parts.group(1).equals(label)) {
            throw new GeneralSecurityException("not a PEM block `" + label + "`");
        }
        try {
            return Base64.getMimeDecoder().decode(parts.group(2));
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("the PEM block `" + label + "` is damaged", e);
        }
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
