package dev.pavise.runner.sandbox;

import dev.pavise.runner.run.Backend;
import dev.pavise.runner.run.Limits;
import dev.pavise.runner.run.Output;
import dev.pavise.runner.run.Program;
import dev.pavise.runner.run.Refusal;
import dev.pavise.runner.run.RefusalCode;
import dev.pavise.runner.run.RunInput;
import dev.pavise.runner.run.Secrets;
import dev.pavise.runner.run.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Runs native programs and scripts. Guarantees, against the tool and whoever calls it: what runs has the digest that it was asked for by;
 * it sees the host's libraries and what is granted, and writes only to its scratch folder and what is granted for writing; it reaches of
 * the network the hosts that are granted, through a proxy, and nothing else; no other process, no terminal, no key of the host; it has no privilege and can gain none; it ends at its limits, and nothing
 * of it stays. Not: that the kernel has no hole, that runs cannot tell from timing what else the machine does, or that a program that is
 * granted two things keeps them apart. {@link HostProbe} makes one, if this host can hold all of that.
 */
public final class NativeBackend implements Backend {
    private static final String RUNS = "runs";
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(30);

    private final Host host;
    private final Settings settings;
    private final Lock lock;
    private final LongSupplier nanos;
    private final Semaphore places;
    private final Standbys standbys;
    private final SecretFolder secrets;
    private final ActiveGrants active = new ActiveGrants();
    private final Map<String, NativeRun> running = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Undo> unfinished = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean closing = new AtomicBoolean();

    /** Takes over the runner's folder, whose lock is held by whoever calls. */
    NativeBackend(Host host, Settings settings, Lock lock, LongSupplier nanos) throws IOException {
        this.host = host;
        this.settings = settings;
        this.lock = lock;
        this.nanos = nanos;
        this.places = new Semaphore(settings.runs());
        this.secrets = new SecretFolder(settings.folder(), host.users().first(), settings.runs());
        secrets.sweep();
        host.cgroups().sweep();
        Staging.removeTree(runs());
        Staging.ownFolder(runs(), Users.own());
        SystemCalls calls = SystemCalls.load();
        for (Sockets sockets : Sockets.values()) {
            Files.deleteIfExists(filter(sockets));
            Staging.write(filter(sockets), Seccomp.filter(host.architecture(), calls, sockets));
        }
        host.networks().prepare();
        standbys = new Standbys(host, runs(), settings.runs());
    }

    private Path runs() {
        return settings.folder().resolve(RUNS);
    }

    private Path filter(Sockets sockets) {
        return settings.folder().resolve(sockets.file());
    }

    @Override
    public String name() {
        return "native";
    }

    @Override
    public Start start(Program program, RunInput input, Limits limits, Output output) {
        if (closing.get()) {
            return Start.Refused.because(RefusalCode.CLOSING, "the runner is closing");
        }
        unfinished.removeIf(Undo::run);
        if (!places.tryAcquire()) {
            return Start.Refused.because(
                    RefusalCode.TOO_MANY_RUNS, settings.runs() + " runs are under way, which is the most at once");
        }
        Undo undo = new Undo();
        undo.later(places::release);
        boolean under = false;
        try {
            NativeRun run = prepare(program, input, limits, output, undo);
            under = true;
            return new Start.Started(run);
        } catch (Refused e) {
            return new Start.Refused(e.refusal);
        } catch (IOException | RuntimeException e) {
            return Start.Refused.because(
                    RefusalCode.SANDBOX_FAILED,
                    "the run cannot be prepared: " + e.getClass().getSimpleName());
        } finally {
            if (!under) {
                finish(undo);
            }
        }
    }

    private NativeRun prepare(Program program, RunInput input, Limits limits, Output output, Undo undo)
            throws IOException, Refused {
        refuseIf(RefusalCode.INPUT_REFUSED, InputCheck.check(input));
        List<GrantedPath> granted = new ArrayList<>(granted(program, undo));
        // Given back when nothing runs as it any more, which is when its place is taken back.
        int user = host.users().take();
        undo.later(() -> host.users().giveBack(user));
        undo.later(standbys::fill);
        Standby standby = standbys.take(port(program));
        undo.later(standby::takeBack);
        Staging staging = standby.staging();
        stage(program, staging);
        RunNetwork network = network(program, staging);
        undo.later(network::end);
        granted.addAll(secrets(standby.id(), input.secrets(), user, undo));
        // Once more, and so before all others: what may still be alive ends first.
        undo.later(standby::takeBack);
        staging.write(Bubblewrap.options(host.system(), granted, limits, input.env(), network));
        standby.cgroup().limit(limits.withMoreProcesses(network.processes()));
        staging.writeScript(Launch.script(
                host.programs(),
                staging,
                filter(network.sockets()),
                limits,
                host.users().command(host.programs().setpriv().toString(), user),
                network,
                input.args()));
        NativeRun run = new NativeRun(standby, input, limits, output, network, nanos);
        running.put(run.id(), run);
        undo.later(() -> running.remove(run.id()));
        run.launch(() -> finish(undo));
        if (closing.get()) {
            run.cancel();
        }
        return run;
    }

    private static OptionalInt port(Program program) {
        return program.grants().hosts().isEmpty() ? OptionalInt.empty() : OptionalInt.of(Doorway.PORT);
    }

    /** The folder with the run's secrets, as one more path that it may read. */
    private List<GrantedPath> secrets(String id, Secrets given, int user, Undo undo) throws IOException {
        if (given.isEmpty()) {
            return List.of();
        }
        Path folder = secrets.create(id, given, user);
        undo.later(() -> secrets.remove(folder));
        return List.of(new GrantedPath(folder, Path.of(Secrets.FOLDER), false));
    }

    @Override
    public boolean givesSecrets() {
        return true;
    }

    private RunNetwork network(Program program, Staging staging) throws IOException, Refused {
        List<String> hosts = program.grants().hosts();
        Optional<String> missing = host.networks().missing();
        if (!hosts.isEmpty() && missing.isPresent()) {
            throw new Refused(new Refusal(
                    RefusalCode.GRANT_UNSAFE,
                    "the manifest names hosts, and there is no network here: " + missing.get()));
        }
        try {
            return host.networks().open(hosts, staging.folder(), nanos);
        } catch (IllegalArgumentException e) {
            throw new Refused(new Refusal(RefusalCode.GRANT_UNSAFE, String.valueOf(e.getMessage())));
        }
    }

    private List<GrantedPath> granted(Program program, Undo undo) throws Refused {
        try {
            List<GrantedPath> granted = GrantCheck.check(program.grants(), settings.folder(), settings.kept());
            refuseIf(RefusalCode.GRANT_UNSAFE, active.enter(granted));
            undo.later(() -> active.leave(granted));
            // A run that came and went before this one entered may have turned a way that was looked at.
            if (!granted.equals(GrantCheck.check(program.grants(), settings.folder(), settings.kept()))) {
                throw new GrantCheck.Unsafe("a granted path changed while it was looked at");
            }
            return granted;
        } catch (GrantCheck.Unsafe e) {
            throw new Refused(new Refusal(RefusalCode.GRANT_UNSAFE, String.valueOf(e.getMessage())));
        }
    }

    private void stage(Program program, Staging staging) throws Refused {
        switch (staging.copy(program.content(), settings.contentBytes(), host.architecture())) {
            case Staging.Copied.Unreadable(String reason) ->
                throw new Refused(new Refusal(RefusalCode.CONTENT_UNREADABLE, reason));
            case Staging.Copied.Done(String sha256, Content content) -> {
                if (!sha256.equals(program.sha256())) {
                    throw new Refused(new Refusal(
                            RefusalCode.CONTENT_MISMATCH,
                            "the content has the digest " + sha256 + ", not the one asked for"));
                }
                requireFit(content, program);
            }
        }
    }

    private static void requireFit(Content content, Program program) throws Refused {
        switch (content) {
            case Content.Executable() -> {}
            case Content.Unfit(String reason) -> throw new Refused(new Refusal(RefusalCode.NOT_EXECUTABLE, reason));
            case Content.Script(Path interpreter) -> {
                if (program.grants().readOnly().stream().noneMatch(interpreter::startsWith)) {
                    throw new Refused(new Refusal(
                            RefusalCode.INTERPRETER_NOT_GRANTED,
                            "the script asks for `" + interpreter + "`; allow `fs:ro:" + interpreter
                                    + "` in the manifest"));
                }
            }
        }
    }

    private static void refuseIf(RefusalCode code, Optional<String> reason) throws Refused {
        if (reason.isPresent()) {
            throw new Refused(new Refusal(code, reason.get()));
        }
    }

    /** Leaves its way out early; never leaves this class. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        private final transient Refusal refusal;

        Refused(Refusal refusal) {
            super(refusal.reason(), null, false, false);
            this.refusal = refusal;
        }
    }

    private void finish(Undo undo) {
        if (!undo.run()) {
            unfinished.add(undo);
        }
    }

    /** Places that stand ready for runs to come, by their ids. */
    Set<String> ready() {
        return standbys.ready();
    }

    /** What the operator is told at the start. */
    public String describe() {
        return "cgroups " + host.cgroups().describe() + "; " + host.users().describe() + "; "
                + host.landlock().describe() + "; " + host.networks().describe();
    }

    /** Waits for what is under way for a bounded time; what a broken kernel keeps from ending is swept by the next start. */
    @Override
    public void close() {
        if (closing.getAndSet(true)) {
            return;
        }
        long begin = nanos.getAsLong();
        try {
            // All places are free once no run is under way or being prepared.
            do {
                List.copyOf(running.values()).forEach(NativeRun::cancel);
                unfinished.removeIf(Undo::run);
            } while (!places.tryAcquire(settings.runs(), LOOK.toMillis(), TimeUnit.MILLISECONDS)
                    && nanos.getAsLong() - begin < LONGEST_CLOSE.toNanos());
            standbys.end();
            host.cgroups().remove();
            Staging.removeTree(runs());
            lock.release();
        } catch (IOException e) {
            // The lock ends with this process.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
