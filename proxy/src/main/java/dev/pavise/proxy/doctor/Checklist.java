package dev.pavise.proxy.doctor;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The checks, topic by topic. A check that fails or notes nothing has shown nothing, and counts as bad. */
public final class Checklist {

    private record Item(Topic topic, Check check) {}

    private static final List<Item> ITEMS = List.of(
            new Item(Topic.SIGNED_AGENTS, NotBuilt::agents),
            new Item(Topic.MTLS, TlsChecks::clientCertificates),
            new Item(Topic.MTLS, TlsChecks::revocation),
            new Item(Topic.MTLS, TlsChecks::ownCertificate),
            new Item(Topic.MTLS, TlsChecks::version),
            new Item(Topic.MTLS, UpstreamChecks::encryption),
            new Item(Topic.AUTH, AuthChecks::operatorToken),
            new Item(Topic.AUTH, AuthChecks::issuers),
            new Item(Topic.AUTH, AuthChecks::signatures),
            new Item(Topic.AUTH, DoorChecks::management),
            new Item(Topic.AUTH, DoorChecks::trustedProxies),
            new Item(Topic.AUTH, UpstreamChecks::credentials),
            new Item(Topic.LIMITS, LimitChecks::rates),
            new Item(Topic.LIMITS, LimitChecks::bodies),
            new Item(Topic.LIMITS, LimitChecks::connections),
            new Item(Topic.AUDIT, AuditChecks::signingKey),
            new Item(Topic.AUDIT, AuditChecks::apart),
            new Item(Topic.AUDIT, AuditChecks::folder),
            new Item(Topic.AUDIT, AuditChecks::durability),
            new Item(Topic.AUDIT, AuditChecks::space),
            new Item(Topic.AUDIT, AuditChecks::lasting),
            new Item(Topic.AUDIT, ShipChecks::shipping),
            new Item(Topic.SECRETS, SecretChecks::inPlain),
            new Item(Topic.SECRETS, SecretChecks::keyFiles),
            new Item(Topic.SECRETS, SecretChecks::secretFiles),
            new Item(Topic.RESOURCE_LIMITS, MachineChecks::openFiles),
            new Item(Topic.RESOURCE_LIMITS, ToolChecks::sandbox),
            new Item(Topic.VALIDATION, StartChecks::start),
            new Item(Topic.VALIDATION, NotBuilt::schemas),
            new Item(Topic.SECURITY_TESTS, NotBuilt::securityTests),
            new Item(Topic.CERTIFICATE_EXPIRY, ExpiryChecks::certificates),
            new Item(Topic.RBAC, RoleChecks::auditOnly),
            new Item(Topic.RBAC, RoleChecks::everything),
            new Item(Topic.RBAC, RoleChecks::administrators),
            new Item(Topic.RBAC, RoleChecks::unusedRoles),
            new Item(Topic.RBAC, RoleChecks::deadBindings),
            new Item(Topic.NETWORK_POLICY, MachineChecks::networkPolicy));

    private Checklist() {}

    /** Goes through all of it. */
    public static List<Finding> examine(Examined examined) {
        List<Finding> findings = new ArrayList<>();
        for (Item item : ITEMS) findings.addAll(examine(item.topic, item.check, examined));
        return List.copyOf(findings);
    }

    static List<Finding> examine(Topic topic, Check check, Examined examined) {
        Notes notes = new Notes(topic);
        try {
            check.look(examined, notes);
            if (notes.findings().isEmpty()) {
                notes.bad("a check came to no result", "report this: it is a bug of this version");
            }
        } catch (IOException | RuntimeException e) {
            notes.bad("could not be checked: " + e, "run the command as the gateway's user, on its machine");
        }
        return notes.findings();
    }

    /** Whether nothing has to be mended. */
    public static boolean passes(List<Finding> findings) {
        return findings.stream().noneMatch(finding -> finding.verdict() == Verdict.BAD);
    }
}
