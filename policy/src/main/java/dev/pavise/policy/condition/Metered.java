package dev.pavise.policy.condition;

import com.google.re2j.Pattern;
import dev.cel.common.CelOptions;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.RuntimeEquality;
import dev.cel.runtime.RuntimeHelpers;
import dev.cel.runtime.standard.AddOperator.AddOverload;
import dev.cel.runtime.standard.CelStandardOverload;
import dev.cel.runtime.standard.ContainsFunction.ContainsOverload;
import dev.cel.runtime.standard.MatchesFunction.MatchesOverload;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The functions whose cost grows with what callers send: they do what the standard says, and spend of the test's {@link Run}. */
final class Metered {
    /** Characters that a plain search compares in the time of one step. */
    private static final int COMPARED_AT_ONCE = 16;

    private static final Set<CelStandardOverload> PLAIN_SUMS = Set.of(
            AddOverload.ADD_INT64,
            AddOverload.ADD_UINT64,
            AddOverload.ADD_DOUBLE,
            AddOverload.ADD_DURATION_DURATION,
            AddOverload.ADD_TIMESTAMP_DURATION,
            AddOverload.ADD_DURATION_TIMESTAMP);

    private Metered() {}

    /** Whether this takes the place of a function of the standard. */
    static boolean isMetered(CelStandardOverload overload) {
        return overload instanceof AddOverload
                || overload instanceof ContainsOverload
                || overload instanceof MatchesOverload;
    }

    static List<CelFunctionBinding> bindings() {
        List<CelFunctionBinding> bindings = new ArrayList<>(CelFunctionBinding.fromOverloads(
                "matches",
                CelFunctionBinding.from("matches", String.class, String.class, Metered::matches),
                CelFunctionBinding.from("matches_string", String.class, String.class, Metered::matches)));
        bindings.addAll(CelFunctionBinding.fromOverloads(
                "contains", CelFunctionBinding.from("contains_string", String.class, String.class, Metered::contains)));
        bindings.addAll(CelFunctionBinding.fromOverloads("_+_", sums()));
        return bindings;
    }

    private static List<CelFunctionBinding> sums() {
        CelOptions options = Bounds.options();
        RuntimeEquality equality = RuntimeEquality.create(RuntimeHelpers.create(), options);
        List<CelFunctionBinding> sums = new ArrayList<>();
        PLAIN_SUMS.forEach(sum -> sums.add(sum.newFunctionBinding(options, equality)));
        sums.add(CelFunctionBinding.from("add_string", String.class, String.class, Metered::add));
        return sums;
    }

    private static boolean matches(String text, String pattern) {
        Run run = Run.CURRENT.get();
        Pattern compiled = run.pattern(pattern);
        run.spend((long) text.length() * compiled.programSize());
        return compiled.matcher(text).find();
    }

    private static boolean contains(String text, String part) {
        Run.CURRENT.get().spend((long) text.length() * part.length() / COMPARED_AT_ONCE);
        return text.contains(part);
    }

    private static String add(String one, String other) {
        if ((long) one.length() + other.length() > Bounds.MADE_TEXT) {
            throw new Run.Exhausted();
        }
        Run.CURRENT.get().spend((one.length() + other.length()) / COMPARED_AT_ONCE);
        return one + other;
    }
}
