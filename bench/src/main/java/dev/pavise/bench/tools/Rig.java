package dev.pavise.bench.tools;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A gateway and a runner, each in a process of its own, with certificates of a throw-away authority. Needs openssl. */
record Rig(Path folder, ServerProcess runner, ServerProcess gateway) implements AutoCloseable {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    /** Starts both, with one trusted key. */
    static Rig start(String trustedKey) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(
                        "pavise-bench",
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")))
                .toRealPath();
        certificates(folder);
        Files.writeString(Files.createDirectory(folder.resolve("keys")).resolve("bench.pub"), trustedKey);
        Files.writeString(folder.resolve("runner.yaml"), """
                listen: 127.0.0.1:0
                tls: {cert: door.crt, key: door.key, client_ca: ca.crt, gateway_names: [gateway]}
                trusted_keys: keys
                backends: [wasm]
                """);
        ServerProcess runner = ServerProcess.start(
                "dev.pavise.runner.RunnerMain",
                List.of("--config", folder.resolve("runner.yaml").toString()),
                folder);
        Files.writeString(folder.resolve("pavise.yaml"), """
                listen: {https: "127.0.0.1:0"}
                hosts: [localhost, 127.0.0.1]
                data_dir: gateway-data
                tls: {cert: door.crt, key: door.key}
                identity: {issuers: [{name: bench, issuer: bench, audience: pavise, secret: "%s", algorithms: [HS256]}]}
                roles: {agent: {permissions: ["tool:*", "manifest:write"]}}
                bindings: [{principal: "jwt:bench:bench", roles: [agent]}]
                limits: {per_principal: "1000000/second"}
                tools:
                  trusted_keys: keys
                  runner: {url: "%s", ca: ca.crt, cert: gateway.crt, key: gateway.key, receipt_key: runner-data/receipt.pub}
                """.formatted(SECRET, runner.url()));
        ServerProcess gateway = ServerProcess.start(
                "dev.pavise.proxy.cli.Main",
                List.of("gateway", "--config", folder.resolve("pavise.yaml").toString()),
                folder);
        return new Rig(folder, runner, gateway);
    }

    private static void certificates(Path folder) throws IOException, InterruptedException {
        openssl(
                folder,
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=bench"
                        + " -addext basicConstraints=critical,CA:TRUE -keyout ca.key -out ca.crt");
        issue(folder, "door", "serverAuth", "DNS:localhost,IP:127.0.0.1");
        issue(folder, "gateway", "clientAuth", "DNS:gateway");
    }

    private static void issue(Path folder, String name, String use, String names)
            throws IOException, InterruptedException {
        Files.writeString(
                folder.resolve(name + ".ext"),
                "subjectAltName=" + names + "\nextendedKeyUsage=" + use + "\nbasicConstraints=CA:FALSE\n");
        openssl(
                folder,
                "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=" + name + " -keyout " + name
                        + ".key -out " + name + ".csr");
        openssl(
                folder,
                "x509 -req -in " + name + ".csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile " + name
                        + ".ext -out " + name + ".crt");
        Files.setPosixFilePermissions(folder.resolve(name + ".key"), PosixFilePermissions.fromString("rw-------"));
    }

    private static void openssl(Path folder, String arguments) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(("openssl " + arguments).split(" ", -1))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("openssl: " + said);
        }
    }

    /** The credential of a caller who may run and register every tool. */
    String bearer() throws GeneralSecurityException {
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        String claims = "{\"iss\":\"bench\",\"aud\":\"pavise\",\"sub\":\"bench\",\"exp\":"
                + (Instant.now().getEpochSecond() + 3600) + "}";
        String text = encoder.encodeToString("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8))
                + "." + encoder.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return "Bearer " + text + "." + encoder.encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** A client that trusts the authority, and shows the gateway's certificate if it is to be taken for one. */
    HttpClient client(boolean asGateway) throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", certificate("ca"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        if (asGateway) {
            own.setKeyEntry("own", key("gateway"), new char[0], new Certificate[] {certificate("gateway")});
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, new char[0]);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_2)
                .sslContext(context)
                .build();
    }

    private Certificate certificate(String name) throws IOException, GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(folder.resolve(name + ".crt"))));
    }

    private PrivateKey key(String name) throws IOException, GeneralSecurityException {
        String pem = Files.readString(folder.resolve(name + ".key")).replaceAll("-----[^-]*-----|\\s", "");
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
    }

    @Override
    public void close() throws IOException {
        gateway.close();
        runner.close();
        try (var all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
        }
    }
}
