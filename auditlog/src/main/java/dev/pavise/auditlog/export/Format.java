package dev.pavise.auditlog.export;

import java.util.Locale;

/** The forms that records can leave the log in. */
public enum Format {
    /** The stored lines, byte for byte. */
    JSON,
    /** Events of the Open Cybersecurity Schema Framework, version {@value Ocsf#VERSION}, one JSON object on a line. */
    OCSF,
    /** ArcSight's Common Event Format, version 0. */
    CEF;

    /** What turns lines of this log into this form; for one thread. */
    public Encoder encoder(Origin origin) {
        return switch (this) {
            case JSON -> new JsonEncoder();
            case OCSF -> new OcsfEncoder(origin);
            case CEF -> new CefEncoder(origin);
        };
    }

    /** The word that people write for it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
