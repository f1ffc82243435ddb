package dev.pavise.runner.refusal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.json.StrictJson;
import dev.pavise.policy.tool.Refused;
import dev.pavise.policy.tool.ToolRefusal;
import dev.pavise.runner.queue.Busy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RefusalTest {
    /** They are of the registry, which a runner does not have. */
    private static final Set<ToolRefusal> OF_THE_REGISTRY = EnumSet.of(
            ToolRefusal.MANIFEST_MISSING,
            ToolRefusal.VERSION_MISSING,
            ToolRefusal.VERSION_REMOVED,
            ToolRefusal.VERSION_OLDER,
            ToolRefusal.VERSION_TAKEN,
            ToolRefusal.REGISTRY_FULL);

    private static List<Refusal> all() {
        List<Refusal> all = new ArrayList<>();
        for (RefusalCode code : RefusalCode.values()) {
            all.add(Refusal.of(code, "why"));
        }
        for (ToolRefusal code : EnumSet.complementOf(EnumSet.copyOf(OF_THE_REGISTRY))) {
            all.add(Refusal.of(new Refused(code, "why")));
        }
        for (dev.pavise.runner.run.RefusalCode code : dev.pavise.runner.run.RefusalCode.values()) {
            all.add(Refusal.of(new dev.pavise.runner.run.Refusal(code, "why")));
        }
        for (Busy why : Busy.values()) {
            all.add(Refusal.of(why));
        }
        return all;
    }

    @Test
    void isInTheDocumentation() throws Exception {
        String page = Files.readString(Path.of("../docs/runner.md"));
        for (Refusal each : all()) {
            boolean row = page.lines()
                    .anyMatch(line -> line.contains("`" + each.code() + "`") && line.contains("" + each.status()));
            assertTrue(row, each.code() + " " + each.status() + " is missing in docs/runner.md");
        }
    }

    @Test
    void isOneJsonObjectWhateverItsDetail() throws Exception {
        Refusal refusal = Refusal.of(RefusalCode.NOT_FOUND, "a \"b\"\n\\ \ud800 \u0000");
        Map<String, Object> members = StrictJson.object(refusal.body());
        assertEquals("not_found", members.get("code"));
        assertEquals(404L, members.get("status"));
        assertEquals("not found", members.get("title"));
        assertEquals("https://pavise.dev/refusals#not_found", members.get("type"));
        assertEquals("a \"b\"\n\\ ? \u0000", members.get("detail"));
    }

    @Test
    void saysWhenItIsWorthToAskAgain() {
        for (Refusal each : all()) {
            boolean later = each.status() == 429 || each.code().equals("runner_draining");
            assertEquals(later, each.retrySeconds() > 0, each.code());
        }
    }
}
