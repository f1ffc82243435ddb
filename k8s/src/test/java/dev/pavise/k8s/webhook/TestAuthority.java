package dev.pavise.k8s.webhook;

import dev.pavise.proxy.pem.Pem;
import dev.pavise.proxy.pem.PrivateFiles;
import dev.pavise.proxy.pki.CertificateUse;
import dev.pavise.proxy.pki.Keys;
import dev.pavise.proxy.pki.Signer;
import dev.pavise.proxy.pki.SubjectNames;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** An authority of a test's own, with what it issues as files in a folder. */
final class TestAuthority {
    private static final Duration LIFE = Duration.ofHours(1);

    private final Path folder;
    private final Signer signer;

    TestAuthority(Path folder) throws Exception {
        this.folder = folder;
        this.signer = Signer.selfSigned("test authority", Keys.generate(), Instant.now(), LIFE);
        PrivateFiles.writeCertificates(folder.resolve("ca.pem"), List.of(signer.certificate()));
    }

    /** Writes {@code <file>.pem} and {@code <file>-key.pem}. */
    void issue(String file, CertificateUse use, String name) throws Exception {
        issue(file, use, new SubjectNames(name, List.of(name), List.of(), null));
    }

    /** The same for an address or a name. */
    void issueFor(String file, CertificateUse use, String host) throws Exception {
        boolean address = host.matches("[0-9.]+|.*:.*");
        issue(
                file,
                use,
                new SubjectNames(host, address ? List.of() : List.of(host), address ? List.of(host) : List.of(), null));
    }

    private void issue(String file, CertificateUse use, SubjectNames names) throws Exception {
        KeyPair pair = Keys.generate();
        X509Certificate made = signer.issue(names, use, pair.getPublic(), Instant.now(), LIFE);
        PrivateFiles.writeCertificates(folder.resolve(file + ".pem"), List.of(made));
        PrivateFiles.writeKey(folder.resolve(file + "-key.pem"), pair.getPrivate());
    }

    /** A client that trusts this authority, and shows a certificate where one is named. */
    HttpClient client(String file) {
        try {
            return clientBuilder(file).build();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    HttpClient.Builder clientBuilder(String file) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", signer.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        if (file != null) {
            own.setKeyEntry(
                    "own",
                    Pem.privateKey(folder.resolve(file + "-key.pem")),
                    new char[0],
                    Pem.certificates(folder.resolve(file + ".pem")).toArray(Certificate[]::new));
        }
        keys.init(own, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(context);
    }
}
