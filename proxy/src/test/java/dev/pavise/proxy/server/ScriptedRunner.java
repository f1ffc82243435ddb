package dev.pavise.proxy.server;

import dev.pavise.policy.json.CanonicalJson;
import dev.pavise.policy.json.StrictJson;
import dev.pavise.policy.signing.DsseEnvelope;
import dev.pavise.policy.signing.DsseSignature;
import dev.pavise.policy.signing.SigningKey;
import dev.pavise.policy.tool.ManifestReader;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;

/** A runner that runs nothing: it keeps content, says what the test wants said, and remembers what it was asked. */
final class ScriptedRunner implements AutoCloseable {
    static final String RUN_ID = "3f0c2f4e-1111-4222-8333-444455556666";

    /** Answers a run. */
    @FunctionalInterface
    interface Answer {
        void to(Map<String, Object> asked, Http2End stream) throws Exception;
    }

    private final Http2Origin door;
    private final SigningKey receipts = SigningKey.generate();
    private final Set<String> contents = ConcurrentHashMap.newKeySet();
    private final List<Map<String, Object>> runs = new CopyOnWriteArrayList<>();
    private final List<String> left = new CopyOnWriteArrayList<>();
    private volatile Answer answer = this::wellDone;

    ScriptedRunner(SSLContext tls) throws Exception {
        door = new Http2Origin(tls, true, Http2End::new, this::play);
    }

    private void play(Http2End.Event.Head head, Http2End stream) throws Exception {
        byte[] body = head.last() ? new byte[0] : body(stream);
        String path = head.headers().path().toString();
        if (path.startsWith("/v1/content/")) {
            boolean same = sha256(body).equals(path.substring("/v1/content/".length()));
            contents.add(sha256(body));
            whole(stream, same ? 201 : 409, "{\"status\":\"stored\"}");
        } else {
            Map<String, Object> asked = StrictJson.object(body);
            if (contents.contains(manifest(asked).get("sha256_hash"))) {
                runs.add(asked);
                answer.to(asked, stream);
            } else {
                refuse(stream, 409, "content_missing");
            }
        }
    }

    private static byte[] body(Http2End stream) throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (stream.next() instanceof Http2End.Event.Data data) {
            body.writeBytes(data.bytes());
            if (data.last()) {
                return body.toByteArray();
            }
        }
        throw new IllegalStateException("the request broke off");
    }

    @SuppressWarnings("unchecked") // StrictJson makes objects of no other kind
    static Map<String, Object> manifest(Map<String, Object> asked) {
        return (Map<String, Object>) asked.get("manifest");
    }

    static void whole(Http2End stream, int status, String json) throws Exception {
        stream.respond(status, false).send(json, true);
    }

    static void refuse(Http2End stream, int status, String code) throws Exception {
        whole(stream, status, "{\"code\":\"" + code + "\",\"detail\":\"as the test wants it\"}");
    }

    /** What a good run is answered with. */
    void wellDone(Map<String, Object> asked, Http2End stream) throws Exception {
        whole(stream, 200, CanonicalJson.text(result(asked, true, 0)));
    }

    /** Waits until the gateway leaves, and remembers that it did. */
    void waitForEver(Map<String, Object> asked, Http2End stream) throws Exception {
        stream.respond(200, false).send("{\"event\":\"started\",\"run_id\":\"" + RUN_ID + "\"}\n", false);
        left.add(stream.next().getClass().getSimpleName());
    }

    /** Says nothing until the gateway leaves. */
    void silent(Map<String, Object> asked, Http2End stream) throws Exception {
        left.add(stream.next().getClass().getSimpleName());
    }

    Map<String, Object> result(Map<String, Object> asked, boolean success, long exitCode) throws Exception {
        return result(asked, success, exitCode, Map.of("connections", List.of()));
    }

    /** @param network what it says of its connections, in result and receipt */
    Map<String, Object> result(Map<String, Object> asked, boolean success, long exitCode, Map<String, Object> network)
            throws Exception {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("run_id", RUN_ID);
        members.put("tool_id", manifest(asked).get("tool_id"));
        members.put("version", manifest(asked).get("version"));
        members.put("success", success);
        members.put("exit_code", exitCode);
        members.put("cancelled", false);
        members.put("stdout", "out\n");
        members.put("stderr", "");
        members.put("truncated", false);
        members.put("output_hash", sha256(new byte[] {1}));
        members.put("duration_ms", 12L);
        members.put("cpu_ms", 7L);
        members.put("peak_memory_mb", 3L);
        members.put("violations", List.of());
        members.putAll(network);
        members.put("receipt", receipt(asked, members));
        return members;
    }

    private Map<String, Object> receipt(Map<String, Object> asked, Map<String, Object> result) throws Exception {
        byte[] signed = CanonicalJson.bytes(manifest(asked));
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("run_id", result.get("run_id"));
        members.put("request_id", asked.get("request_id"));
        members.put("principal", asked.get("principal"));
        members.put("tool_id", result.get("tool_id"));
        members.put("version", result.get("version"));
        members.put("tool_sha256", manifest(asked).get("sha256_hash"));
        members.put("manifest_sha256", sha256(ManifestReader.draft(signed).payload()));
        members.put("secrets", ManifestReader.draft(signed).secrets());
        members.put("success", result.get("success"));
        members.put("exit_code", result.get("exit_code"));
        members.put("violations", result.get("violations"));
        members.put("output_sha256", result.get("output_hash"));
        members.put("connections", result.get("connections"));
        if (result.containsKey("connections_omitted")) {
            members.put("connections_omitted", result.get("connections_omitted"));
        }
        String type = "application/vnd.pavise.tool-receipt+json";
        byte[] payload = CanonicalJson.bytes(members);
        DsseSignature signature = new DsseSignature(
                receipts.verifyKey().id().text(), receipts.sign(DsseEnvelope.preAuthenticationEncoding(type, payload)));
        return StrictJson.object(new DsseEnvelope(type, payload, List.of(signature)).json());
    }

    static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    void answers(Answer next) {
        answer = next;
    }

    /** Begins anew, but for its content. */
    void forget() {
        answer = this::wellDone;
        runs.clear();
        left.clear();
        door.seen().clear();
    }

    /** The runs that it was asked for, the content of which was there. */
    List<Map<String, Object>> runs() {
        return runs;
    }

    /** How the gateway left runs that were under way. */
    List<String> left() {
        return left;
    }

    /** Method and path of all that came. */
    List<String> seen() {
        return door.seen();
    }

    String receiptKey() {
        return receipts.verifyKey().pem();
    }

    int port() {
        return door.port();
    }

    @Override
    public void close() {
        door.close();
    }
}
