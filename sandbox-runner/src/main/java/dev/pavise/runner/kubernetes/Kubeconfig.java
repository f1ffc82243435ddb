package dev.pavise.runner.kubernetes;

import io.fabric8.kubernetes.client.Config;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads a kubeconfig, and nothing beside it: no file of a home folder, no variable, no system property. What is wrong with it is told without quoting it, as it
 * may hold keys.
 */
final class Kubeconfig {
    private Kubeconfig() {}

    /**
     * What it says.
     *
     * @throws IOException if it cannot be read, or names no server
     */
    static Config read(Path file) throws IOException {
        try {
            Config config = Config.fromKubeconfig(file.toFile());
            // Where nothing is named the client would ask a server of its own choice.
            boolean named = config.getCurrentContext() != null
                    && !Objects.equals(config.getMasterUrl(), Config.empty().getMasterUrl());
            if (!named) {
                throw new IOException("the kubeconfig `" + file + "` names no server of a current context");
            }
            // The client takes a key in PKCS #8 for one of RSA, unless it is told.
            byte @Nullable [] certificate = certificate(config);
            if (certificate != null) {
                config.setClientKeyAlgo(CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(certificate))
                        .getPublicKey()
                        .getAlgorithm());
            }
            return config;
        } catch (RuntimeException | CertificateException e) {
            // What the client throws depends on where the file is broken.
            throw new IOException("the kubeconfig `" + file + "` cannot be read", e);
        }
    }

    private static byte @Nullable [] certificate(Config config) throws IOException {
        if (config.getClientCertData() != null) {
            return Base64.getDecoder().decode(config.getClientCertData().strip());
        }
        return config.getClientCertFile() == null ? null : Files.readAllBytes(Path.of(config.getClientCertFile()));
    }
}
