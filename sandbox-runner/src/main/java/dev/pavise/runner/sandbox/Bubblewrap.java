package dev.pavise.runner.sandbox;

import dev.pavise.runner.run.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The plan of one sandbox as bubblewrap takes it: every namespace its own, a root that holds the host's libraries, what is granted and
 * nothing else, all of it read-only but the scratch folder and what is granted for writing, an environment made anew, nobody's user, no
 * capability, no way to a new user namespace. Pure: from values to a command line.
 *
 * <p>The options are handed over in a file and not on the command line, where every user of the host could read the environment.
 */
final class Bubblewrap {
    /** Where the content stands inside. */
    static final String TOOL = "/tool";

    /** The scratch folder inside, also the working directory and the home. */
    static final String SCRATCH = "/tmp";

    private static final String NOBODY = "65534";

    private final List<String> options = new ArrayList<>();

    private Bubblewrap() {}

    /** The descriptors under which bubblewrap finds what it is given. */
    record Descriptors(int status, int options, int filter, int content) {}

    static final Descriptors DESCRIPTORS = new Descriptors(3, 4, 5, 6);

    /** The options of {@code bwrap}, in order. */
    static List<String> options(
            SystemFolders system,
            List<GrantedPath> granted,
            Limits limits,
            Map<String, String> env,
            RunNetwork network) {
        Bubblewrap plan = new Bubblewrap();
        plan.namespaces(network);
        plan.environment(env, network);
        plan.root(system, limits);
        network.files().forEach(file -> plan.add("--ro-bind", file.toString(), file.toString()));
        plan.granted(granted);
        plan.content();
        plan.end();
        return List.copyOf(plan.options);
    }

    private void namespaces(RunNetwork network) {
        add("--unshare-user", "--unshare-pid");
        if (network.port().isEmpty()) {
            add("--unshare-net"); // else the one around this, with the door in it
        }
        add("--unshare-ipc", "--unshare-uts", "--unshare-cgroup");
        add("--disable-userns", "--uid", NOBODY, "--gid", NOBODY, "--hostname", "sandbox", "--cap-drop", "ALL");
        // A session of its own takes the terminal away; the sandbox dies with the thread that started it.
        add("--new-session", "--die-with-parent");
    }

    private void environment(Map<String, String> env, RunNetwork network) {
        add("--clearenv");
        SortedMap<String, String> all = new TreeMap<>(env);
        all.put("PATH", "/usr/local/bin:/usr/bin:/bin");
        all.putIfAbsent("HOME", SCRATCH);
        all.putIfAbsent("TMPDIR", SCRATCH);
        all.putIfAbsent("LANG", "C.UTF-8");
        all.putAll(network.variables());
        all.forEach((name, value) -> add("--setenv", name, value));
    }

    private void root(SystemFolders system, Limits limits) {
        system.folders().forEach(folder -> add("--ro-bind", folder.toString(), folder.toString()));
        system.links().forEach((link, target) -> add("--symlink", target, link.toString()));
        add("--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev");
        if (limits.scratchBytes() > 0) {
            add("--size", Long.toString(limits.scratchBytes()), "--perms", "0700", "--tmpfs", SCRATCH);
        } else {
            add("--dir", SCRATCH);
        }
    }

    // In the order of their depth, so that a grant inside another one stands.
    private void granted(List<GrantedPath> granted) {
        granted.stream()
                .sorted((a, b) -> Integer.compare(
                        a.destination().getNameCount(), b.destination().getNameCount()))
                .forEach(one -> add(
                        one.writable() ? "--bind" : "--ro-bind",
                        one.source().toString(),
                        one.destination().toString()));
    }

    // Copied into the sandbox's own memory from the descriptor, so that no path of the host stands for it.
    private void content() {
        add("--perms", "0555", "--ro-bind-data", Integer.toString(DESCRIPTORS.content()), TOOL);
    }

    private void end() {
        add("--remount-ro", "/", "--chdir", SCRATCH);
        add("--seccomp", Integer.toString(DESCRIPTORS.filter()));
        add("--json-status-fd", Integer.toString(DESCRIPTORS.status()));
    }

    private void add(String... more) {
        options.addAll(List.of(more));
    }
}
