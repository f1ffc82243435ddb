package dev.pavise.proxy.tool;

import dev.pavise.policy.json.CanonicalJson;
import dev.pavise.policy.json.StrictJson;
import dev.pavise.policy.tool.ManifestReader;
import dev.pavise.policy.tool.ManifestResult;
import dev.pavise.policy.tool.Refused;
import dev.pavise.policy.tool.SemanticVersion;
import dev.pavise.policy.tool.SignedManifest;
import dev.pavise.policy.tool.ToolRegistry;
import dev.pavise.policy.tool.ToolVersions;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The registry as it is written down: a line with the number of the change and the digest of the file before it, then a line for
 * each tool, all of them RFC 8785. What would be written differently is not read: a field that this version does not know could
 * hold a limit or an end.
 */
record BookText(long change, String previous, ToolBook book) {
    private static final String FORMAT = "pavise tool registry 1";

    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        line(out, Map.of("format", FORMAT, "change", change, "previous", previous));
        book.registry().tools().forEach(versions -> line(out, members(versions)));
        return out.toByteArray();
    }

    private static void line(ByteArrayOutputStream out, Map<String, Object> members) {
        out.writeBytes(CanonicalJson.bytes(members));
        out.write('\n');
    }

    private Map<String, Object> members(ToolVersions versions) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("tool_id", versions.toolId());
        members.put("newest", versions.newest().toString());
        members.put(
                "removed",
                versions.removed().stream().map(SemanticVersion::toString).toList());
        List<Map<String, Object>> live = new ArrayList<>();
        for (SignedManifest signed : versions.live()) {
            ToolBook.Stamp stamp = book.stamp(signed)
                    .orElseThrow(() -> new IllegalStateException(
                            "nobody registered " + signed.manifest().title()));
            live.add(Map.of(
                    "manifest", Base64.getEncoder().encodeToString(signed.json()),
                    "by", stamp.by(),
                    "at", stamp.at().toString()));
        }
        members.put("live", live);
        return members;
    }

    /** @throws IllegalArgumentException where the bytes are not what {@link #bytes} writes */
    static BookText parse(byte[] bytes) {
        try {
            List<String> lines =
                    new String(bytes, StandardCharsets.UTF_8).lines().toList();
            if (lines.isEmpty()) {
                throw new IllegalArgumentException("it is empty");
            }
            Map<String, Object> head = object(lines.getFirst());
            List<ToolVersions> tools = new ArrayList<>();
            Map<ToolBook.Entry, ToolBook.Stamp> stamps = new TreeMap<>();
            for (String line : lines.subList(1, lines.size())) {
                tools.add(versions(object(line), stamps));
            }
            long change = head.get("change") instanceof Long number ? number : -1;
            BookText read = new BookText(change, text(head, "previous"), new ToolBook(ToolRegistry.of(tools), stamps));
            if (!java.util.Arrays.equals(read.bytes(), bytes)) {
                throw new IllegalArgumentException("it has parts that this version does not know");
            }
            return read;
        } catch (StrictJson.Malformed | DateTimeException | IllegalStateException damaged) {
            throw new IllegalArgumentException("it cannot be read", damaged);
        }
    }

    private static Map<String, Object> object(String line) throws StrictJson.Malformed {
        return StrictJson.object(line.getBytes(StandardCharsets.UTF_8));
    }

    private static ToolVersions versions(Map<String, Object> tool, Map<ToolBook.Entry, ToolBook.Stamp> stamps) {
        List<SignedManifest> live = new ArrayList<>();
        for (Object each : list(tool, "live")) {
            if (!(each instanceof Map<?, ?> entry)
                    || !(entry.get("manifest") instanceof String manifest)
                    || !(entry.get("by") instanceof String by)
                    || !(entry.get("at") instanceof String at)) {
                throw new IllegalArgumentException("a version cannot be read");
            }
            SignedManifest signed = manifest(Base64.getDecoder().decode(manifest));
            live.add(signed);
            stamps.put(ToolBook.Entry.of(signed), new ToolBook.Stamp(by, Instant.parse(at)));
        }
        List<SemanticVersion> removed = list(tool, "removed").stream()
                .map(each -> SemanticVersion.parse(String.valueOf(each)))
                .toList();
        return new ToolVersions(text(tool, "tool_id"), live, removed, SemanticVersion.parse(text(tool, "newest")));
    }

    private static SignedManifest manifest(byte[] json) {
        return switch (ManifestReader.read(json)) {
            case ManifestResult.Present(SignedManifest signed) -> signed;
            case Refused refused -> throw new IllegalArgumentException(refused.reason());
        };
    }

    private static List<?> list(Map<String, Object> members, String name) {
        if (members.get(name) instanceof List<?> list) {
            return list;
        }
        throw new IllegalArgumentException("`" + name + "` is missing");
    }

    private static String text(Map<String, Object> members, String name) {
        if (members.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("`" + name + "` is missing");
    }
}
