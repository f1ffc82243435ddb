package dev.pavise.proxy.tls;

import dev.pavise.policy.certificate.KeyPairs;
import dev.pavise.policy.certificate.KeyStrength;
import dev.pavise.proxy.pem.BadMaterialException;
import dev.pavise.proxy.pem.Pem;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.List;

/**
 * A private key of ours and the certificate chain for it, checked: the key fits, the chain is in order and in date, and TLS can
 * use both.
 */
record OwnKey(List<X509Certificate> chain, PrivateKey key) {

    private static final String ANY_USAGE = "2.5.29.37.0";
    private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

    OwnKey {
        chain = List.copyOf(chain);
    }

    static OwnKey ofServer(Path cert, Path key, Instant now) throws BadMaterialException {
        return load(cert, key, SERVER_AUTH, "TLS servers", now);
    }

    static OwnKey ofClient(Path cert, Path key, Instant now) throws BadMaterialException {
        return load(cert, key, CLIENT_AUTH, "TLS clients", now);
    }

    private static OwnKey load(Path cert, Path keyFile, String usage, String use, Instant now)
            throws BadMaterialException {
        List<X509Certificate> chain = Pem.certificates(cert);
        PrivateKey key = Pem.privateKey(keyFile);
        X509Certificate leaf = chain.getFirst();
        checkKind(cert, leaf.getPublicKey());
        if (!KeyPairs.fit(leaf.getPublicKey(), key)) {
            throw new BadMaterialException(keyFile + ": is not the key of the first certificate in " + cert);
        }
        checkUsage(cert, leaf, usage, use);
        checkOrder(cert, chain);
        for (X509Certificate each : chain) checkDates(cert, each, now);
        return new OwnKey(chain, key);
    }

    // BoringSSL signs handshakes with RSA and the two curves below; its key manager fails on Ed25519 only once a client
    // calls.
    private static void checkKind(Path cert, PublicKey key) throws BadMaterialException {
        boolean curve = key instanceof ECPublicKey ec
                && (ec.getParams().getOrder().bitLength() == 256
                        || ec.getParams().getOrder().bitLength() == 384);
        if (!curve && !key.getAlgorithm().equals("RSA")) {
            throw new BadMaterialException(cert + ": the certificate's key is " + key.getAlgorithm()
                    + ", which TLS here cannot serve; use EC P-256 or P-384, or RSA");
        }
        if (!KeyStrength.enough(key)) {
            throw new BadMaterialException(cert + ": the certificate's RSA key is shorter than 2048 bits");
        }
    }

    private static void checkUsage(Path cert, X509Certificate leaf, String usage, String use)
            throws BadMaterialException {
        try {
            List<String> usages = leaf.getExtendedKeyUsage();
            if (usages == null || usages.contains(usage) || usages.contains(ANY_USAGE)) return;
        } catch (CertificateParsingException e) {
            throw new BadMaterialException(cert + ": the certificate's extended key usage cannot be read");
        }
        throw new BadMaterialException(cert + ": the certificate is not meant for " + use + " (extended key usage)");
    }

    private static void checkOrder(Path cert, List<X509Certificate> chain) throws BadMaterialException {
        for (int i = 0; i + 1 < chain.size(); i++) {
            try {
                chain.get(i).verify(chain.get(i + 1).getPublicKey());
            } catch (GeneralSecurityException e) {
                throw new BadMaterialException(
                        cert + ": certificate " + (i + 2) + " of the file did not sign certificate " + (i + 1)
                                + "; put the server's own first, then each issuer");
            }
        }
    }

    private static void checkDates(Path cert, X509Certificate each, Instant now) throws BadMaterialException {
        Instant start = each.getNotBefore().toInstant();
        Instant end = each.getNotAfter().toInstant();
        if (now.isBefore(start)) throw new BadMaterialException(cert + ": not valid before " + start);
        if (!now.isBefore(end)) throw new BadMaterialException(cert + ": expired at " + end);
    }
}
