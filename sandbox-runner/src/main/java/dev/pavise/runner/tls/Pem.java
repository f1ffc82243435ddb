package dev.pavise.runner.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads PEM files (RFC 7468). Problems name the file and never its content. */
final class Pem {
    private static final int MOST_BYTES = 1 << 20;
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

    private Pem() {}

    /** The certificates of a file in their order; at least one. */
    static List<X509Certificate> certificates(Path file) throws BadMaterialException {
        List<X509Certificate> found = new ArrayList<>();
        Matcher blocks = BLOCK.matcher(text(file));
        while (blocks.find()) {
            if (blocks.group(1).equals("CERTIFICATE")) {
                found.add(certificate(file, bytes(file, blocks.group(2))));
            }
        }
        if (found.isEmpty()) {
            throw new BadMaterialException(file + ": holds no PEM certificate");
        }
        return List.copyOf(found);
    }

    /** The one private key of a file. */
    static PrivateKey privateKey(Path file) throws BadMaterialException {
        List<byte[]> keys = new ArrayList<>();
        Matcher blocks = BLOCK.matcher(text(file));
        while (blocks.find()) {
            String label = blocks.group(1);
            if (label.equals("PRIVATE KEY")) {
                keys.add(bytes(file, blocks.group(2)));
            } else if (label.endsWith("PRIVATE KEY")) {
                throw new BadMaterialException(file + ": holds `" + label
                        + "`, which is not read; convert it: openssl pkcs8 -topk8 -nocrypt -in " + file);
            }
        }
        if (keys.size() != 1) {
            throw new BadMaterialException(file + ": holds " + keys.size() + " private keys (PKCS #8), expected one");
        }
        for (String algorithm : List.of("EC", "RSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(keys.getFirst()));
            } catch (GeneralSecurityException e) {
                // It may be of the other kind.
            }
        }
        throw new BadMaterialException(file + ": its key is neither EC nor RSA, which TLS here cannot serve");
    }

    private static X509Certificate certificate(Path file, byte[] der) throws BadMaterialException {
        try {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (CertificateException | RuntimeException e) {
            throw new BadMaterialException(file + ": holds a certificate that cannot be read");
        }
    }

    private static byte[] bytes(Path file, String base64) throws BadMaterialException {
        try {
            return Base64.getDecoder().decode(base64.replaceAll("\\s", ""));
        } catch (IllegalArgumentException e) {
            throw new BadMaterialException(file + ": is not a whole PEM file");
        }
    }

    private static String text(Path file) throws BadMaterialException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length <= MOST_BYTES) {
                return new String(bytes, StandardCharsets.ISO_8859_1);
            }
        } catch (IOException e) {
            throw new BadMaterialException(file + ": cannot be read; is it readable to the runner's user?");
        }
        throw new BadMaterialException(file + ": is larger than 1 MiB");
    }
}
