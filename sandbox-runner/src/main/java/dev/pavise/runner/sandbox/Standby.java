package dev.pavise.runner.sandbox;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;

/**
 * A place in which one run can begin at once: a folder and a cgroup of its own, and in the cgroup a shell of ours that waits for a word.
 * Making one ahead spares the run the wait for the kernel, which stops all processors before it moves a process into a cgroup. It is used
 * for one run and never again, and holds nothing of any run until then.
 */
final class Standby {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String id;
    private final Staging staging;
    private final Cgroup cgroup;
    private final Process process;
    private final Undo undo;

    private Standby(String id, Staging staging, Cgroup cgroup, Process process, Undo undo) {
        this.id = id;
        this.staging = staging;
        this.cgroup = cgroup;
        this.process = process;
        this.undo = undo;
    }

    /** Makes one in this folder; {@code port} is the one of its own network, if it is to have that. Leaves nothing where it fails. */
    static Standby open(Host host, Path runs, OptionalInt port) throws IOException {
        Undo undo = new Undo();
        boolean open = false;
        try {
            byte[] random = new byte[16];
            RANDOM.nextBytes(random);
            String id = HexFormat.of().formatHex(random);
            Staging staging = Staging.create(runs, id);
            undo.later(staging::remove);
            Cgroup cgroup = host.cgroups().create(id);
            undo.later(() -> {
                cgroup.kill();
                cgroup.remove();
            });
            Starter starter = new Starter();
            undo.later(starter::close);
            List<String> command = Launch.waiting(host.programs(), cgroup.doors(), staging.script());
            Process process = starter.start(id, command, host.landlock(), port);
            undo.later(() -> end(process));
            Standby standby = new Standby(id, staging, cgroup, process, undo);
            open = true;
            return standby;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a run was prepared", e);
        } finally {
            if (!open) {
                undo.run();
            }
        }
    }

    // Not by Process.destroyForcibly, which also closes the streams, with what was written last still in them.
    private static void end(Process process) {
        process.toHandle().destroyForcibly();
    }

    String id() {
        return id;
    }

    Staging staging() {
        return staging;
    }

    Cgroup cgroup() {
        return cgroup;
    }

    /** The shell, which becomes the sandbox. */
    Process process() {
        return process;
    }

    /** Says the word. What is written to the process from here on is the tool's. */
    void begin() {
        try {
            process.getOutputStream().write(Launch.WORD);
            process.getOutputStream().flush();
        } catch (IOException e) {
            // It has ended, as whoever waits for its end will see: a tool that did not start has no exit code.
        }
    }

    /** Ends what waits, or what became of it. */
    void end() {
        end(process);
    }

    /** Takes all of it back; fails as long as something of it is still there. */
    void takeBack() throws IOException {
        if (!undo.run()) {
            throw new IOException("the place of a run cannot be taken back yet");
        }
    }
}
