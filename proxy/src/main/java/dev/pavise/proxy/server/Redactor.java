package dev.pavise.proxy.server;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.Redaction;
import dev.pavise.auditlog.redact.KnownSecrets;
import dev.pavise.policy.config.Secret;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.config.IdentityConfig;
import dev.pavise.proxy.config.RouteConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Redaction as the configuration in force wants it: by its rules, and of every secret that the gateway itself works with, whoever puts it into a
 * request. A record is redacted by one configuration from begin to end.
 */
final class Redactor implements Redaction {
    private static final Logger log = LoggerFactory.getLogger(Redactor.class);

    private final Secret operator;
    private volatile Redaction now;

    Redactor(GatewayConfig config, Secret operator) throws IOException {
        this.operator = operator;
        this.now = rules(config);
    }

    /** From now on by another configuration, which was checked before; what its rules name is read again. */
    void take(GatewayConfig next) {
        try {
            now = rules(next);
        } catch (IOException gone) {
            log.error(
                    "audit records are redacted as before the change, as what it names is gone: {}", gone.getMessage());
        }
    }

    private Redaction rules(GatewayConfig config) throws IOException {
        List<String> prefixes = new ArrayList<>(config.identity().apiKeys().alsoAccept());
        prefixes.add(config.identity().apiKeys().prefix());
        return ConfiguredRedaction.rules(config.audit().redact(), new KnownSecrets(secrets(config), prefixes));
    }

    private Set<String> secrets(GatewayConfig config) {
        Set<String> secrets = new HashSet<>();
        secrets.add(operator.reveal());
        for (IdentityConfig.Issuer issuer : config.identity().issuers()) {
            if (issuer.keys() instanceof IdentityConfig.Keys.SharedSecret(Secret shared)) {
                secrets.add(shared.reveal());
            }
        }
        if (config.tools() != null) {
            config.tools().secrets().values().forEach(each -> secrets.add(each.reveal()));
        }
        for (RouteConfig route : config.routes()) {
            if (route.opa() != null && route.opa().token() != null) {
                secrets.add(route.opa().token().reveal());
            }
        }
        return secrets;
    }

    @Override
    public AuditRecord apply(AuditRecord record) {
        return now.apply(record);
    }
}
