package dev.pavise.proxy.doctor;

import dev.pavise.policy.config.Secret;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.config.IdentityConfig;
import dev.pavise.proxy.config.OpaConfig;
import dev.pavise.proxy.config.RouteConfig;
import dev.pavise.proxy.config.ToolsConfig;
import dev.pavise.proxy.config.UpstreamConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where secrets lie, and who can read them there. Never shows one. */
final class SecretChecks {
    private static final Pattern FILE = Pattern.compile("(?<!\\$)\\$\\{file:([^}]+)}");

    private SecretChecks() {}

    static void inPlain(Examined examined, Notes notes) {
        boolean sound = true;
        for (Map.Entry<String, Secret> each : secrets(examined.config()).entrySet()) {
            // A default behind a variable is in the file too, and is found as well.
            if (!examined.text().contains(each.getValue().reveal())) continue;
            sound = false;
            notes.bad(
                    each.getKey() + " stands in plain in " + examined.config().file(),
                    "write ${file:/path/of/a/file} or ${VARIABLE} in its place, and make a new one: this one was in a"
                            + " file that is copied and shared");
        }
        if (sound) notes.ok("no secret stands in plain in " + examined.config().file());
    }

    private static Map<String, Secret> secrets(GatewayConfig config) {
        Map<String, Secret> secrets = new LinkedHashMap<>();
        Secret operator = config.identity().operatorToken();
        if (operator != null) secrets.put("identity.operator_token", operator);
        for (IdentityConfig.Issuer issuer : config.identity().issuers()) {
            if (issuer.keys() instanceof IdentityConfig.Keys.SharedSecret(Secret secret)) {
                secrets.put("the secret of issuer " + issuer.name(), secret);
            }
        }
        if (config.tools() != null) {
            config.tools().secrets().forEach((name, secret) -> secrets.put("tools.secrets." + name, secret));
        }
        for (RouteConfig route : config.routes()) {
            OpaConfig opa = route.opa();
            if (opa != null && opa.token() != null) secrets.put("opa.token of route " + route.name(), opa.token());
        }
        return secrets;
    }

    static void keyFiles(Examined examined, Notes notes) throws IOException {
        Map<Path, String> keys = new LinkedHashMap<>();
        GatewayConfig config = examined.config();
        put(keys, config.tls().key(), "the gateway's key");
        if (config.tls().key() == null) put(keys, config.dataDir().resolve("gateway.key"), "the throwaway key");
        for (UpstreamConfig upstream : config.upstreams().values()) {
            put(keys, upstream.key(), "the key towards upstream " + upstream.name());
        }
        if (config.tools() != null && config.tools().runner() instanceof ToolsConfig.Runner runner) {
            put(keys, runner.key(), "the key towards the runner of tools");
        }
        if (keys.isEmpty()) notes.notApplicable("there is no key file yet");
        for (Map.Entry<Path, String> key : keys.entrySet()) OpenFiles.checkPrivate(key.getKey(), key.getValue(), notes);
    }

    private static void put(Map<Path, String> keys, @Nullable Path file, String what) {
        if (file != null && Files.exists(file)) keys.put(file, what);
    }

    static void secretFiles(Examined examined, Notes notes) throws IOException {
        Matcher named = FILE.matcher(examined.text());
        boolean any = false;
        while (named.find()) {
            Path file = examined.config().file().resolveSibling(named.group(1));
            if (!Files.exists(file)) continue; // in a comment: what is needed and missing does not load
            any = true;
            OpenFiles.checkPrivate(file, "a file that the configuration takes a value from", notes);
        }
        if (!any) notes.notApplicable("the configuration takes no value from a file");
    }
}
