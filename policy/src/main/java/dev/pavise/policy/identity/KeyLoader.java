package dev.pavise.policy.identity;

import com.nimbusds.jose.JOSEException;
import dev.pavise.policy.json.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the keys of issuers in files when a configuration is loaded; what cannot be used stops it. */
final class KeyLoader {
    private static final int MAX_FILE = 1024 * 1024;
    private static final Pattern PEM = Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END \\1-----");

    private final SignatureProvider provider;

    KeyLoader(SignatureProvider provider) {
        this.provider = provider;
    }

    /** The keys of the issuer, or {@link IllegalArgumentException} that names it, the file and what is wrong. */
    KeySet load(Issuer issuer) {
        KeySet keys = switch (issuer.keys()) {
            case KeySource.SharedSecret secret -> new KeySet.Single(new SecretVerificationKey(secret.secret()));
            case KeySource.PublicKeyFile(Path file) ->
                new KeySet.Single(inFile(issuer, file, () -> new PublicVerificationKey(pem(file), null, provider)));
            case KeySource.Remote ignored -> throw new IllegalStateException("fetched keys are not loaded");
            case KeySource.JwksFile(Path file) ->
                inFile(issuer, file, () -> new KeySet.Published(new KeySetReader(provider).read(bytes(file))));
        };
        boolean single = keys instanceof KeySet.Single;
        for (Algorithm algorithm : issuer.algorithms()) {
            boolean usable = keys.all().stream().anyMatch(key -> key.fits(algorithm));
            if (single && !usable) {
                throw new IllegalArgumentException("issuer `" + issuer.name() + "` allows `" + algorithm.text()
                        + "`, which its key cannot check, allow what the key is for");
            }
        }
        if (keys.all().stream().noneMatch(key -> issuer.algorithms().stream().anyMatch(key::fits))) {
            throw new IllegalArgumentException("issuer `" + issuer.name()
                    + "` has no key for the algorithms that it allows, so that none of its tokens could be checked");
        }
        return keys;
    }

    private interface Reading<T> {
        T read() throws IOException, GeneralSecurityException, ParseException, JOSEException, StrictJson.Malformed;
    }

    private static <T> T inFile(Issuer issuer, Path file, Reading<T> reading) {
        String place = "key file `" + file + "` of issuer `" + issuer.name() + "`";
        try {
            return reading.read();
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    place + " cannot be read: " + unreadable.getClass().getSimpleName(), unreadable);
        } catch (IllegalArgumentException unfit) {
            throw new IllegalArgumentException(place + ": " + unfit.getMessage(), unfit);
        } catch (GeneralSecurityException | ParseException | JOSEException | StrictJson.Malformed unfit) {
            throw new IllegalArgumentException(place + " holds no usable public key: " + unfit.getMessage(), unfit);
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_FILE + 1);
            if (bytes.length > MAX_FILE) {
                throw new IllegalArgumentException("the file is larger than " + MAX_FILE + " bytes");
            }
            return bytes;
        }
    }

    private static PublicKey pem(Path file) throws IOException, GeneralSecurityException {
        Matcher block = PEM.matcher(new String(bytes(file), StandardCharsets.ISO_8859_1));
        if (!block.find() || !block.group(1).equals("PUBLIC KEY")) {
            throw new IllegalArgumentException("no `BEGIN PUBLIC KEY` block comes first in it,"
                    + " make one with `openssl pkey -pubout` or `openssl x509 -pubkey -noout`");
        }
        byte[] encoded = Base64.getMimeDecoder().decode(block.group(2));
        if (block.find()) {
            throw new IllegalArgumentException("more than one block is in it, and which to take would be a guess");
        }
        return decoded(encoded);
    }

    private static PublicKey decoded(byte[] encoded) throws GeneralSecurityException {
        X509EncodedKeySpec spec = new X509EncodedKeySpec(encoded);
        for (String kind : List.of("RSA", "EC", "Ed25519")) {
            Optional<PublicKey> key = decoded(kind, spec);
            if (key.isPresent()) {
                return key.get();
            }
        }
        throw new IllegalArgumentException("its key is not RSA, EC or Ed25519");
    }

    private static Optional<PublicKey> decoded(String kind, X509EncodedKeySpec spec) throws GeneralSecurityException {
        KeyFactory factory = KeyFactory.getInstance(kind);
        try {
            return Optional.of(factory.generatePublic(spec));
        } catch (InvalidKeySpecException otherKind) {
            return Optional.empty();
        }
    }
}
