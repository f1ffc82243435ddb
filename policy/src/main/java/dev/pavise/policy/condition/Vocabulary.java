package dev.pavise.policy.condition;

import dev.cel.checker.CelStandardDeclarations;
import dev.cel.checker.CelStandardDeclarations.StandardFunction;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.cel.runtime.CelStandardFunctions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The words of the language: the variables with their types, the functions and the macros. Of the standard is left out what builds lists and bytes
 * ({@code map}, {@code filter}, adding lists), as nothing a decision needs is worth what they could cost.
 */
final class Vocabulary {
    static final String HEADERS = "request.headers";
    static final String PARAMS = "request.params";
    static final String CLAIMS = "identity.claims";
    static final String METADATA = "record.metadata";

    private static final CelType TEXTS = ListType.create(SimpleType.STRING);
    private static final Set<CelStandardDeclarations.StandardOverload> UNDECLARED = Set.of(
            StandardFunction.Overload.Arithmetic.ADD_LIST,
            StandardFunction.Overload.Arithmetic.ADD_BYTES,
            StandardFunction.Overload.Conversions.STRING_TO_BYTES,
            StandardFunction.Overload.Conversions.BYTES_TO_BYTES);

    private final List<String> names;
    private final CelCompiler compiler;
    private final CelRuntime runtime;

    private Vocabulary(Map<String, CelType> variables) {
        names = List.copyOf(variables.keySet());
        CelCompilerBuilder builder = CelCompilerFactory.standardCelCompilerBuilder()
                .setOptions(Bounds.options())
                .setStandardMacros(
                        CelStandardMacro.HAS,
                        CelStandardMacro.ALL,
                        CelStandardMacro.EXISTS,
                        CelStandardMacro.EXISTS_ONE)
                .setStandardEnvironmentEnabled(false)
                .setStandardDeclarations(CelStandardDeclarations.newBuilder()
                        .filterFunctions((function, overload) -> !UNDECLARED.contains(overload))
                        .build())
                .setResultType(SimpleType.BOOL);
        variables.forEach(builder::addVar);
        compiler = builder.build();
        runtime = CelRuntimeFactory.plannerRuntimeBuilder()
                .setOptions(Bounds.options())
                .setStandardFunctions(CelStandardFunctions.newBuilder()
                        .filterFunctions((function, overload) -> !Metered.isMetered(overload))
                        .build())
                .addFunctionBindings(Metered.bindings())
                .build();
    }

    /** Of a request, who sent it, and the route that it takes. */
    static Vocabulary ofRequests() {
        Map<String, CelType> all = new LinkedHashMap<>();
        all.put("request.method", SimpleType.STRING);
        all.put("request.host", SimpleType.STRING);
        all.put("request.path", SimpleType.STRING);
        all.put("request.query", SimpleType.STRING);
        all.put(HEADERS, MapType.create(SimpleType.STRING, SimpleType.STRING));
        all.put(PARAMS, MapType.create(SimpleType.STRING, SimpleType.STRING));
        all.put("request.address", SimpleType.STRING);
        all.put("request.time", SimpleType.TIMESTAMP);
        addIdentity(all);
        all.put("route.name", SimpleType.STRING);
        all.put("route.permission", SimpleType.STRING);
        return new Vocabulary(all);
    }

    /** Of an audit record, and who asks for it. */
    static Vocabulary ofRecords() {
        Map<String, CelType> all = new LinkedHashMap<>();
        RecordCondition.TEXTS.forEach(name -> all.put(RecordCondition.RECORD + name, SimpleType.STRING));
        all.put(METADATA, MapType.create(SimpleType.STRING, SimpleType.DYN));
        addIdentity(all);
        return new Vocabulary(all);
    }

    private static void addIdentity(Map<String, CelType> all) {
        all.put("identity.id", SimpleType.STRING);
        all.put("identity.name", SimpleType.STRING);
        all.put("identity.source", SimpleType.STRING);
        all.put("identity.roles", TEXTS);
        all.put("identity.groups", TEXTS);
        all.put("identity.permissions", TEXTS);
        all.put(CLAIMS, MapType.create(SimpleType.STRING, SimpleType.DYN));
        all.put("identity.certificate", SimpleType.STRING);
    }

    /** The variables, as a message lists them. */
    List<String> names() {
        return names;
    }

    CelCompiler compiler() {
        return compiler;
    }

    CelRuntime runtime() {
        return runtime;
    }
}
