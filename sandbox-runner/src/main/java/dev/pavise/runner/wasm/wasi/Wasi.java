package dev.pavise.runner.wasm.wasi;

import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.wasm.types.FunctionType;
import dev.pavise.runner.run.Violation;
import dev.pavise.runner.wasm.files.Errno;
import dev.pavise.runner.wasm.files.Fault;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * WASI preview 1 for one run ({@code wasi_snapshot_preview1}). All that a module can reach is what is made here: its input, two streams, a tree of
 * files in memory, clocks and random numbers. No call opens, names or waits for anything of the host, and each ends: in an error number, or,
 * once the run is to stop, by unwinding it.
 */
public final class Wasi {
    /** The name that modules import it by. */
    public static final String MODULE = "wasi_snapshot_preview1";

    private static final long[] NOTHING = {};

    private final Calls calls;
    private final Surroundings surroundings;

    public Wasi(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.calls = offer(surroundings);
    }

    private static Calls offer(Surroundings surroundings) {
        Descriptors descriptors = new Descriptors(
                surroundings.input().stdin().toArray(), surroundings.tree().root(), surroundings.descriptors());
        Calls calls = new Calls();
        new ProcessCalls(surroundings).offer(calls);
        new DescriptorCalls(descriptors, surroundings.realtimeNs()).offer(calls);
        new DataCalls(descriptors, surroundings.sink(), surroundings.realtimeNs()).offer(calls);
        new PathCalls(descriptors, surroundings.tree(), surroundings.realtimeNs()).offer(calls);
        new PollCalls(descriptors, surroundings).offer(calls);
        new SocketCalls(descriptors, surroundings.violations()).offer(calls);
        return calls;
    }

    /** The type of each function, by name: what a module may import. */
    public static Map<String, FunctionType> types() {
        Map<String, FunctionType> types = new HashMap<>();
        offer(Surroundings.NOWHERE).offers().forEach((name, offer) -> types.put(name, offer.type()));
        return types;
    }

    /** For an instance to be made with. */
    public ImportValues imports() {
        ImportValues.Builder imports = ImportValues.builder();
        calls.offers()
                .forEach((name, offer) -> imports.addFunction(new HostFunction(
                        MODULE, name, offer.type(), (instance, arguments) -> run(offer, instance, arguments))));
        return imports.build();
    }

    private long[] run(Calls.Offer offer, Instance instance, long[] arguments) {
        Headroom.require();
        Errno errno = attempt(offer, instance, arguments).orElse(Errno.SUCCESS);
        if (Thread.currentThread().isInterrupted()) throw new Stopped();
        return offer.type().returns().isEmpty() ? NOTHING : new long[] {errno.number()};
    }

    private Optional<Errno> attempt(Calls.Offer offer, Instance instance, long[] arguments) {
        try {
            offer.call().run(new Guest(instance.memory()), new Calls.Arguments(arguments));
            return Optional.empty();
        } catch (Fault fault) {
            if (fault.errno().beyondGrant()) surroundings.violations().accept(Violation.FILESYSTEM);
            return Optional.of(fault.errno());
        }
    }
}
