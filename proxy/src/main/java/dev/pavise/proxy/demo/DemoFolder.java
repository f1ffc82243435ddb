package dev.pavise.proxy.demo;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The files of a demonstration: its configuration and the secret of its token issuer, readable by their owner alone. */
record DemoFolder(Path folder, Path config, String issuerSecret) {
    static DemoFolder write(Path folder, int port, URI upstream) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        }
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        String secret = HexFormat.of().formatHex(random);
        writeOwn(folder.resolve("issuer.secret"), secret);
        Path config = folder.resolve("pavise.yaml");
        writeOwn(config, configuration(port, upstream));
        return new DemoFolder(folder, config, secret);
    }

    private static String configuration(int port, URI upstream) {
        return """
            # Written anew by each start of the demonstration.
            listen: {https: "127.0.0.1:%d"}
            data_dir: .
            identity:
              log_generated_token: false          # it stands in operator.token, and the demonstration prints it
              issuers:
                - name: demo
                  issuer: "%s"
                  audience: %s
                  algorithms: [HS256]
                  secret: "${file:issuer.secret}"
            roles:
              - {name: reader, permissions: ["agent:list"]}
            bindings:
              - {principal: "jwt:demo:reader", roles: [reader]}
            upstreams:
              agents: {url: "%s"}
            routes:
              - {name: agents, match: {path: "/agents", methods: [GET]}, permission: "agent:list", upstream: agents}
              - {name: agent, match: {path: "/agents/{id}", methods: [GET]}, permission: "agent:list", upstream: agents, limit: "5/minute"}
              - {name: tokens, match: {path: "/agents/{id}/stream", methods: [GET]}, permission: "agent:list", upstream: agents}
              - {name: socket, match: {path: "/ws/echo"}, permission: "agent:talk", upstream: agents}
              - {name: download, match: {path: "/download", methods: [GET]}, permission: "file:read", upstream: agents}
              - {name: upload, match: {path: "/upload", methods: [POST]}, permission: "file:write", upstream: agents}
              - {name: echo, match: {path: "/echo"}, permission: "agent:list", upstream: agents}
            """.formatted(port, DemoToken.ISSUER, DemoToken.AUDIENCE, upstream);
    }

    private static void writeOwn(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
    }

    String operatorToken() throws IOException {
        return Files.readString(folder.resolve("operator.token")).strip();
    }

    Path audit() {
        return folder.resolve("audit");
    }

    Path anchor() {
        return folder.resolve("audit.anchor");
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
