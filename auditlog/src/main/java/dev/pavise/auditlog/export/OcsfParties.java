package dev.pavise.auditlog.export;

import dev.pavise.auditlog.export.Ocsf.Kind;
import java.net.Inet6Address;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Who did it, from where, to what, and through which session. */
final class OcsfParties {
    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(?!$)|$)){4}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F]{0,4}:[0-9a-fA-F:]{1,38}");

    private OcsfParties() {}

    static void into(OcsfObject event, Kind kind, RecordParts parts, Origin origin) {
        String actor = Objects.requireNonNullElse(parts.take("actor"), "unknown");
        String session = parts.take("session_id");
        Map<String, Object> inSession =
                session == null ? null : new OcsfObject().put("uid", session).map();
        switch (kind) {
            case API_ACTIVITY -> {
                event.put("actor", actor(actor, inSession)).put("api", api(parts));
                String resource = parts.take("resource");
                if (resource != null) {
                    event.put(
                            "resources",
                            List.of(new OcsfObject().put("name", resource).map()));
                }
                String trace = parts.take("trace_id");
                event.put(
                        "trace",
                        trace == null
                                ? null
                                : new OcsfObject().put("uid", trace).map());
            }
            case AUTHENTICATION ->
                event.put("user", user(actor))
                        .put("session", inSession)
                        .put("service", new OcsfObject().put("name", "Pavise").map());
            case AUTHORIZE_SESSION -> event.put("actor", actor(actor, inSession));
        }
        event.put("src_endpoint", from(parts, origin));
    }

    private static Map<String, Object> actor(String name, @Nullable Map<String, Object> session) {
        return new OcsfObject().put("user", user(name)).put("session", session).map();
    }

    private static Map<String, Object> api(RecordParts parts) {
        String request = parts.text("request_id");
        return new OcsfObject()
                .put("operation", Objects.requireNonNullElse(parts.take("action"), "unknown"))
                .put("service", new OcsfObject().put("name", "Pavise").map())
                .put(
                        "request",
                        request == null
                                ? null
                                : new OcsfObject().put("uid", request).map())
                .map();
    }

    /** The gateway's own acts come from nowhere but itself. */
    private static Map<String, Object> from(RecordParts parts, Origin origin) {
        String ip = parts.text("ip");
        if (ip == null) {
            return new OcsfObject().put("name", origin.log()).map();
        }
        parts.take("ip");
        return new OcsfObject().put(isAddress(ip) ? "ip" : "name", ip).map();
    }

    static boolean isIpv4(String text) {
        return IPV4.matcher(text).matches();
    }

    private static boolean isAddress(String text) {
        return isIpv4(text) || isIpv6(text);
    }

    static boolean isIpv6(String text) {
        if (!IPV6.matcher(text).matches()) {
            return false;
        }
        try {
            return Inet6Address.ofLiteral(text) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** A principal: its whole name as the identifier, what stands behind its source as the name. */
    static Map<String, Object> user(String principal) {
        int colon = principal.indexOf(':');
        String source = colon < 0 ? principal : principal.substring(0, colon);
        String rest = colon < 0 ? principal : principal.substring(colon + 1);
        int second = rest.indexOf(':');
        boolean issued = source.equals("jwt") && second > 0;
        OcsfObject user = new OcsfObject()
                .put("uid", principal)
                .put("name", issued ? rest.substring(second + 1) : rest)
                .put("domain", issued ? rest.substring(0, second) : null);
        Ocsf.Word type = type(source);
        return user.put("type_id", type.id()).put("type", type.caption()).map();
    }

    private static Ocsf.Word type(String source) {
        return switch (source) {
            case "jwt" -> new Ocsf.Word(1, "User");
            case "operator" -> new Ocsf.Word(2, "Admin");
            case "system" -> new Ocsf.Word(3, "System");
            case "cert", "key" -> new Ocsf.Word(4, "Service");
            case "anonymous", "unknown" -> new Ocsf.Word(0, "Unknown");
            default -> new Ocsf.Word(Ocsf.OTHER, source);
        };
    }
}
