package dev.pavise.auditlog.export;

import dev.pavise.auditlog.export.Ocsf.Kind;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The HTTP of a request, where a record has any. */
final class OcsfHttp {
    private OcsfHttp() {}

    static void into(OcsfObject event, Kind kind, RecordParts parts) {
        String method = parts.metadataText("method");
        if (method != null && Ocsf.METHODS.contains(method)) {
            parts.dropMetadata("method");
            event.put(
                    "http_request",
                    new OcsfObject()
                            .put("http_method", method)
                            .put("uid", parts.text("request_id"))
                            .put("url", url(kind, parts))
                            .map());
        }
        Long status = parts.metadataNumber("status");
        if (status != null && status >= 100 && status <= 999) {
            parts.dropMetadata("status");
            event.put("http_response", new OcsfObject().put("code", status).map());
        }
    }

    private static @Nullable Map<String, Object> url(Kind kind, RecordParts parts) {
        String path = path(kind, parts);
        if (path == null) {
            return null;
        }
        String host = parts.metadataText("host");
        if (host != null && !host.isEmpty()) {
            parts.dropMetadata("host");
        }
        return new OcsfObject()
                .put("hostname", host == null || host.isEmpty() ? null : host)
                .put("path", path)
                .map();
    }

    /** What a request was for is its path; an API Activity has it among its resources already. */
    private static @Nullable String path(Kind kind, RecordParts parts) {
        String resource = parts.text("resource");
        if (resource == null || !resource.startsWith("/")) {
            return null;
        }
        return kind == Kind.API_ACTIVITY ? resource : parts.take("resource");
    }
}
