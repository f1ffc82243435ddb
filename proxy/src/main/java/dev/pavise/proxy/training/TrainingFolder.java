package dev.pavise.proxy.training;

import dev.pavise.proxy.tls.ThrowawayCa;
import dev.pavise.proxy.tls.TlsMaterial;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The files of a training: certificates, issuers' keys and a configuration with what most gateways have.
 *
 * @param ca to be trusted by clients
 * @param signing what ES256 tokens are signed with
 * @param secret what HS256 tokens are signed with
 */
record TrainingFolder(Path config, Path ca, Path clientCert, Path clientKey, KeyPair signing, String secret) {
    static final String ISSUER = "https://issuer.training.invalid";
    static final String AUDIENCE = "pavise-training";

    static TrainingFolder write(Path folder, URI upstream) throws IOException, GeneralSecurityException {
        ThrowawayCa authority = switch (ThrowawayCa.open(folder.resolve("tls"), InstantSource.system())) {
            case TlsMaterial.Ready<ThrowawayCa> ready -> ready.value();
            case TlsMaterial.Refused<ThrowawayCa> refused -> throw new IOException(refused.toString());
        };
        Path clientCert = folder.resolve("client.crt");
        Path clientKey = folder.resolve("client.key");
        authority.makeClient("trainer", clientCert, clientKey);
        KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
        keys.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair signing = keys.generateKeyPair();
        Files.writeString(folder.resolve("es256.pub"), pem(signing.getPublic().getEncoded()));
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        String secret = HexFormat.of().formatHex(random);
        Path config = folder.resolve("pavise.yaml");
        Files.writeString(config, configuration(folder, authority, secret, upstream));
        return new TrainingFolder(config, authority.ca(), clientCert, clientKey, signing, secret);
    }

    private static String pem(byte[] encoded) {
        return "-----BEGIN PUBLIC KEY-----\n" + Base64.getMimeEncoder().encodeToString(encoded)
                + "\n-----END PUBLIC KEY-----\n";
    }

    private static String configuration(Path folder, ThrowawayCa authority, String secret, URI upstream) {
        return """
            listen: {https: "127.0.0.1:0"}
            data_dir: %1$s/data
            tls: {cert: %2$s, key: %3$s, client_ca: %4$s, client_auth: optional}
            identity:
              log_generated_token: false
              issuers:
                - {name: es, issuer: "%5$s", audience: %6$s, public_key: %1$s/es256.pub, algorithms: [ES256], claims: {roles: role}, may_grant: [agent]}
                - {name: hs, issuer: "%5$s", audience: %6$s, secret: "%7$s", algorithms: [HS256], claims: {roles: role}, may_grant: [agent]}
            roles:
              agent: {permissions: ["agent:list"]}
            bindings:
              - {principal: "cert:trainer", roles: [agent]}
            upstreams:
              agents: {url: "%8$s"}
            routes:
              - {name: agents, match: {path: "/agents"}, permission: "agent:list", upstream: agents}
              - {name: agent, match: {path: "/agents/{id}", methods: [GET]}, permission: "agent:list", upstream: agents}
              - {name: few, match: {path: "/agents/{id}/stream", methods: [GET]}, permission: "agent:list", upstream: agents, limit: "5/minute"}
              - {name: upload, match: {path: "/upload", methods: [POST]}, permission: "agent:list", upstream: agents}
              - {name: download, match: {path: "/download", methods: [GET]}, permission: "file:read", upstream: agents}
            limits: {per_principal: "1000000/second", refused_credentials_per_address: "1000000/second"}
            audit: {mirror: %1$s/audit.jsonl}
            """.formatted(
                        folder, authority.cert(), authority.key(), authority.ca(), ISSUER, AUDIENCE, secret, upstream);
    }
}
