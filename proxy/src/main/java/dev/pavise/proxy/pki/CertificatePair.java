package dev.pavise.proxy.pki;

import dev.pavise.proxy.pem.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/** A certificate's file, and the file of its key. */
public record CertificatePair(Path certificate, Path key) {

    /** The key of {@code client.pem} is in {@code client-key.pem}, beside it. */
    public static CertificatePair of(Path certificate) {
        String file = String.valueOf(certificate.getFileName());
        int dot = file.lastIndexOf('.');
        String name = dot > 0 ? file.substring(0, dot) : file;
        return new CertificatePair(certificate, certificate.resolveSibling(name + "-key.pem"));
    }

    /** Refuses where one of the two is there already, unless told to replace them. */
    public void checkFree(boolean replace) throws PkiRefusal {
        for (Path file : List.of(certificate, key)) checkFree(file, replace);
    }

    /** The same for one file. */
    public static void checkFree(Path file, boolean replace) throws PkiRefusal {
        if (Files.isDirectory(file)) throw new PkiRefusal(file + ": is a folder");
        if (!replace && Files.exists(file)) throw new PkiRefusal(file + ": exists already (--force replaces it)");
    }

    /** Writes both, the key first: a certificate without its key is of no use. */
    public void write(X509Certificate made, PrivateKey secret) throws IOException {
        PrivateFiles.writeKey(key, secret);
        PrivateFiles.writeCertificates(certificate, List.of(made));
    }

    /**
     * Puts a new certificate and key in the place of the old, which are kept as {@code .old}. Each file is replaced whole; whoever
     * reads between the two sees a pair that does not fit, which the gateway refuses and tries again.
     */
    public void replace(X509Certificate made, PrivateKey secret) throws IOException {
        if (Files.exists(key)) PrivateFiles.keep(key, old(key));
        PrivateFiles.keep(certificate, old(certificate));
        write(made, secret);
    }

    /** Replaces the certificate alone, for the key that is there. */
    public void replace(X509Certificate made) throws IOException {
        PrivateFiles.keep(certificate, old(certificate));
        PrivateFiles.writeCertificates(certificate, List.of(made));
    }

    private static Path old(Path file) {
        return file.resolveSibling(file.getFileName() + ".old");
    }
}
