package dev.pavise.proxy.beside;

import dev.pavise.proxy.pem.PrivateFiles;
import dev.pavise.proxy.pki.CertificateUse;
import dev.pavise.proxy.pki.Keys;
import dev.pavise.proxy.pki.Signer;
import dev.pavise.proxy.pki.SubjectNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The certificates by which a gateway and its runner know each other. They are made anew at each start of a runner, by an authority whose key is
 * never written and is gone when they are made: nobody can join the two later.
 */
record Pair(Path ca, Path clientCert, Path clientKey) {
    static final String RUNNER = "runner.beside.pavise.internal";
    static final String GATEWAY = "gateway.beside.pavise.internal";

    private static final Duration LIFE = Duration.ofDays(3650); // longer than any process

    /**
     * Makes them, and puts each half where its owner reads it.
     *
     * @param own a folder that is the gateway's alone
     */
    static Pair make(Path own, BesideFolder folder, Instant now) throws IOException, GeneralSecurityException {
        PrivateFiles.makeFolder(own);
        Pair pair = new Pair(own.resolve("ca.crt"), own.resolve("client.crt"), own.resolve("client.key"));
        Signer authority = Signer.selfSigned("Pavise runner beside a gateway", Keys.generate(), now, LIFE);
        PrivateFiles.writeCertificates(pair.ca, List.of(authority.certificate()));
        issue(authority, GATEWAY, CertificateUse.CLIENT, now, pair.clientCert, pair.clientKey);
        Path cert = own.resolve("runner.crt");
        Path key = own.resolve("runner.key");
        issue(authority, RUNNER, CertificateUse.SERVER, now, cert, key);
        folder.tell("clients.crt", Files.readAllBytes(pair.ca));
        folder.tell("runner.crt", Files.readAllBytes(cert));
        folder.tell("runner.key", Files.readAllBytes(key));
        Files.delete(cert);
        Files.delete(key);
        return pair;
    }

    private static void issue(Signer authority, String name, CertificateUse use, Instant now, Path cert, Path key)
            throws IOException, GeneralSecurityException {
        KeyPair pair = Keys.generate();
        SubjectNames names = new SubjectNames(name, List.of(name), List.of(), null);
        X509Certificate made = authority.issue(names, use, pair.getPublic(), now, LIFE);
        PrivateFiles.writeKey(key, pair.getPrivate());
        PrivateFiles.writeCertificates(cert, List.of(made));
    }
}
