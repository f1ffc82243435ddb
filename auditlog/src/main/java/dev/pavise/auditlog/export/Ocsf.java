package dev.pavise.auditlog.export;

import java.util.Map;
import java.util.Set;

/** The words and numbers of the Open Cybersecurity Schema Framework that our events use, of one version. */
final class Ocsf {
    /** The schema's version. */
    static final String VERSION = "1.8.0";

    static final int OTHER = 99;

    private Ocsf() {}

    /** The classes of events that ours become. */
    enum Kind {
        API_ACTIVITY(6, 6003, "API Activity"),
        AUTHENTICATION(3, 3002, "Authentication"),
        AUTHORIZE_SESSION(3, 3003, "Authorize Session");

        private final int category;
        private final int uid;
        private final String caption;

        Kind(int category, int uid, String caption) {
            this.category = category;
            this.uid = uid;
            this.caption = caption;
        }

        int category() {
            return category;
        }

        int uid() {
            return uid;
        }

        String caption() {
            return caption;
        }
    }

    /** What was done, within a class; {@link #OTHER} has a name of our own. */
    record Activity(int id, String name) {
        static final Activity CREATE = new Activity(1, "Create");
        static final Activity READ = new Activity(2, "Read");
        static final Activity UPDATE = new Activity(3, "Update");
        static final Activity DELETE = new Activity(4, "Delete");
        static final Activity LOGON = new Activity(1, "Logon");
        static final Activity LOGOFF = new Activity(2, "Logoff");
        static final Activity ASSIGN = new Activity(1, "Assign Privileges");

        static Activity other(String name) {
            return new Activity(OTHER, name);
        }
    }

    /** A number of the schema and its caption. */
    record Word(int id, String caption) {}

    static final Set<String> METHODS =
            Set.of("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE");

    private static final Map<String, Activity> BY_METHOD = Map.of(
            "GET", Activity.READ,
            "HEAD", Activity.READ,
            "POST", Activity.CREATE,
            "PUT", Activity.UPDATE,
            "PATCH", Activity.UPDATE,
            "DELETE", Activity.DELETE);

    static Activity ofMethod(String method) {
        Activity activity = BY_METHOD.get(method);
        return activity == null ? Activity.other(method) : activity;
    }

    /** What an outcome is as a status. */
    static Word status(String outcome) {
        return switch (outcome) {
            case "success" -> new Word(1, "Success");
            case "failure", "denied", "error" -> new Word(2, "Failure");
            default -> new Word(0, "Unknown");
        };
    }

    private static final Set<String> GRAVE = Set.of("audit_gap", "audit_damaged", "audit_ship_gap");

    /** How grave a record is. */
    static Word severity(String eventType, String outcome) {
        if (GRAVE.contains(eventType)) {
            return new Word(5, "Critical");
        }
        return switch (eventType.equals("audit_unavailable") ? eventType : outcome) {
            case "audit_unavailable" -> new Word(4, "High");
            case "denied", "error" -> new Word(3, "Medium");
            case "failure" -> new Word(2, "Low");
            default -> new Word(1, "Informational");
        };
    }
}
