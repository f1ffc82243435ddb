package dev.pavise.k8s.certificate;

import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The texts of a Secret. */
final class SecretText {
    static final String CERTIFICATE = "tls.crt";
    static final String KEY = "tls.key";
    static final String AUTHORITY = "ca.crt";

    private SecretText() {}

    /** What stands under a name; empty where nothing does, or nothing that can be read. */
    static String of(@Nullable Secret secret, String name) {
        if (secret == null || secret.getData() == null || secret.getData().get(name) == null) {
            return "";
        }
        try {
            return new String(Base64.getDecoder().decode(secret.getData().get(name)), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException broken) {
            return "";
        }
    }

    static Map<String, String> encoded(Map<String, String> texts) {
        Map<String, String> data = new LinkedHashMap<>();
        texts.forEach((name, text) ->
                data.put(name, Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))));
        return data;
    }
}
