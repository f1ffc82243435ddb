package dev.pavise.runner.wasm.wasi;

import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.ValType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The functions that are offered, by name. */
final class Calls {
    /** What one function does; it returns, or ends in a fault. */
    @FunctionalInterface
    interface Call {
        void run(Guest guest, Arguments arguments);
    }

    /** A function with the types of its parameters; all but {@code proc_exit} return an error number. */
    record Offer(FunctionType type, Call call) {}

    /** The numbers that a module passed. */
    static final class Arguments {
        private final long[] values;

        Arguments(long[] values) {
            this.values = values;
        }

        int number(int index) {
            return (int) values[index];
        }

        long wide(int index) {
            return values[index];
        }
    }

    private final Map<String, Offer> offers = new LinkedHashMap<>();

    /**
     * @param parameters one letter each: {@code i} for 32 bits, {@code l} for 64
     */
    void offer(String name, String parameters, Call call) {
        offers.put(name, new Offer(FunctionType.of(types(parameters), List.of(ValType.I32)), call));
    }

    void offerWithoutResult(String name, String parameters, Call call) {
        offers.put(name, new Offer(FunctionType.of(types(parameters), List.of()), call));
    }

    private static List<ValType> types(String parameters) {
        List<ValType> types = new ArrayList<>();
        for (char letter : parameters.toCharArray()) types.add(letter == 'l' ? ValType.I64 : ValType.I32);
        return types;
    }

    Map<String, Offer> offers() {
        return offers;
    }
}
