package dev.pavise.auditlog.export;

import dev.pavise.auditlog.export.Ocsf.Activity;
import dev.pavise.auditlog.export.Ocsf.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A record as an OCSF event of the class that fits it best. Whatever has no place in the schema stands in {@code unmapped},
 * under the name that it has in the record, so that the record could be put together again.
 */
final class OcsfEncoder implements Encoder {
    private static final String VENDOR = "Pavise";

    private final Origin origin;

    OcsfEncoder(Origin origin) {
        this.origin = origin;
    }

    @Override
    public byte[] encode(byte[] line) throws UnfitLineException {
        RecordParts parts = RecordParts.of(line);
        OcsfPrivileges privileges = OcsfPrivileges.in(parts);
        Kind kind = kind(parts, privileges);
        OcsfObject event = new OcsfObject();
        classification(event, kind, activity(kind, parts, privileges), parts);
        control(event, parts);
        if (kind == Kind.AUTHORIZE_SESSION) {
            privileges.into(event);
        }
        OcsfHttp.into(event, kind, parts);
        OcsfParties.into(event, kind, parts, origin);
        // Last, as the others look at what it takes.
        event.put("metadata", metadata(kind, parts));
        Map<String, Object> left = parts.left();
        if (!left.isEmpty()) {
            event.put("unmapped", left);
        }
        return LineTree.write(event.map());
    }

    private static Kind kind(RecordParts parts, OcsfPrivileges privileges) {
        return switch (Objects.requireNonNullElse(parts.text("event_type"), "")) {
            case "login_success", "login_failure", "session_start", "session_end" -> Kind.AUTHENTICATION;
            default -> privileges.any() ? Kind.AUTHORIZE_SESSION : Kind.API_ACTIVITY;
        };
    }

    private static Activity activity(Kind kind, RecordParts parts, OcsfPrivileges privileges) {
        return switch (kind) {
            case AUTHENTICATION -> "session_end".equals(parts.text("event_type")) ? Activity.LOGOFF : Activity.LOGON;
            case AUTHORIZE_SESSION -> privileges.given() ? Activity.ASSIGN : Activity.other("Revoke Privileges");
            case API_ACTIVITY -> {
                String method = parts.metadataText("method");
                String action = parts.text("action");
                if (method != null && !method.isEmpty()) {
                    yield Ocsf.ofMethod(method);
                }
                yield Activity.other(action == null ? "unknown" : action);
            }
        };
    }

    private static void classification(OcsfObject event, Kind kind, Activity activity, RecordParts parts)
            throws UnfitLineException {
        String outcome = Objects.requireNonNullElse(parts.text("outcome"), "unknown");
        String eventType = Objects.requireNonNullElse(parts.text("event_type"), "");
        Ocsf.Word status = Ocsf.status(outcome);
        Ocsf.Word severity = Ocsf.severity(eventType, outcome);
        event.put("category_uid", kind.category())
                .put("class_uid", kind.uid())
                .put("class_name", kind.caption())
                .put("activity_id", activity.id())
                .put("activity_name", activity.name())
                .put("type_uid", kind.uid() * 100L + activity.id())
                .put("severity_id", severity.id())
                .put("severity", severity.caption())
                .put("status_id", status.id())
                .put("status", status.caption())
                .put("status_code", parts.metadataText("code"))
                .put("status_detail", parts.metadataText("detail"))
                .put("time", parts.timestamp().toEpochMilli());
        Long micros = parts.metadataNumber("duration_us");
        if (micros != null) {
            event.put("duration", micros / 1000);
        }
        Long count = parts.metadataNumber("count");
        if (count != null && count >= 0 && count <= Integer.MAX_VALUE) {
            event.put("count", count);
        }
        parts.metadataMoment("from").ifPresent(from -> event.put("start_time", from.toEpochMilli()));
        parts.metadataMoment("to").ifPresent(to -> event.put("end_time", to.toEpochMilli()));
        if (event.has("status_code")) {
            parts.dropMetadata("code");
        }
        if (event.has("status_detail")) {
            parts.dropMetadata("detail");
        }
    }

    /** What the gateway decided: the profile {@code security_control}. */
    private static void control(OcsfObject event, RecordParts parts) {
        String rule = parts.metadataText("rule");
        boolean denied = "denied".equals(parts.text("outcome"));
        if (!denied && rule == null) {
            return;
        }
        event.put("action_id", denied ? 2 : 1)
                .put("action", denied ? "Denied" : "Allowed")
                .put("disposition_id", denied ? 2 : 1)
                .put("disposition", denied ? "Blocked" : "Allowed");
        if (rule != null && !rule.isEmpty()) {
            parts.dropMetadata("rule");
            event.put(
                    "authorizations",
                    List.of(new OcsfObject()
                            .put("decision", denied ? "denied" : "allowed")
                            .put("policy", new OcsfObject().put("name", rule).map())
                            .map()));
        }
    }

    private Map<String, Object> metadata(Kind kind, RecordParts parts) {
        List<String> profiles = new ArrayList<>(List.of("security_control"));
        if (kind == Kind.API_ACTIVITY) {
            profiles.add("trace");
        }
        Map<String, Object> product = new OcsfObject()
                .put("name", "Pavise")
                .put("vendor_name", VENDOR)
                .put("version", origin.version())
                .map();
        @Nullable Long sequence = parts.takeNumber("seq");
        return new OcsfObject()
                .put("version", Ocsf.VERSION)
                .put("product", product)
                .put("profiles", profiles)
                .put("log_name", origin.log())
                .put("uid", parts.take("id"))
                .put("sequence", sequence)
                .put("original_time", parts.take("timestamp"))
                .put("event_code", parts.take("event_type"))
                .put("correlation_uid", parts.take("request_id"))
                .map();
    }
}
