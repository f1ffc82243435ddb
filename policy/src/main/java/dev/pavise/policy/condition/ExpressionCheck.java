package dev.pavise.policy.condition;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelSource;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.pavise.policy.Facts;
import dev.pavise.policy.Quoted;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the type checker does not look at: regular expressions are constants that compile, and a key that stands in the text can be there at all. An
 * expression that could only ever err, or only ever hold, is a mistake that is better told at load.
 */
final class ExpressionCheck {
    private static final Set<String> MAPS =
            Set.of(Vocabulary.HEADERS, Vocabulary.PARAMS, Vocabulary.CLAIMS, Vocabulary.METADATA);

    private final CelSource source;
    private final Collection<String> variables;
    private final Map<String, Pattern> patterns = new HashMap<>();
    private final Set<String> shown = new HashSet<>();

    private ExpressionCheck(CelSource source, Collection<String> variables) {
        this.source = source;
        this.variables = variables;
    }

    static ExpressionCheck of(CelAbstractSyntaxTree tree, Collection<String> variables) {
        ExpressionCheck check = new ExpressionCheck(tree.getSource(), variables);
        CelNavigableAst.fromAst(tree).getRoot().allNodes().forEach(check::look);
        return check;
    }

    /** The regular expressions, compiled, by their text. */
    Map<String, Pattern> patterns() {
        return Map.copyOf(patterns);
    }

    /** The maps that are looked at as a whole. */
    Set<String> shown() {
        return Set.copyOf(shown);
    }

    private void look(CelNavigableExpr node) {
        CelExpr expr = node.expr();
        switch (expr.getKind()) {
            case CALL -> {
                if (expr.call().function().equals("matches")) {
                    checkPattern(expr);
                }
            }
            case IDENT -> {
                if (MAPS.contains(expr.ident().name())) {
                    checkUse(
                            expr.ident().name(),
                            expr,
                            node.parent().map(CelNavigableExpr::expr).orElse(null));
                }
            }
            default -> {}
        }
    }

    // ---- regular expressions

    private void checkPattern(CelExpr call) {
        CelExpr pattern = call.call().args().getLast();
        String text = constant(pattern);
        if (text == null) {
            throw unfit(pattern, "the regular expression of `matches` stands in the condition as a constant text");
        }
        try {
            Pattern compiled = Bounds.repeatsTooOften(text) ? null : Pattern.compile(text);
            if (compiled == null || compiled.programSize() > Bounds.PATTERN) {
                throw unfit(pattern, "the regular expression is too large, make it simpler or its repetitions fewer");
            }
            patterns.put(text, compiled);
        } catch (PatternSyntaxException unfit) {
            throw unfit(pattern, "is no regular expression of RE2: " + unfit.getDescription());
        }
    }

    // ---- keys

    private void checkUse(String map, CelExpr self, @Nullable CelExpr user) {
        if (user != null && user.getKind() == CelExpr.ExprKind.Kind.SELECT) {
            checkKey(map, user, user.select().field());
            return;
        }
        if (user != null && user.getKind() == CelExpr.ExprKind.Kind.CALL) {
            List<CelExpr> given = user.call().args();
            boolean index =
                    user.call().function().equals("_[_]") && given.getFirst().id() == self.id();
            boolean in = user.call().function().equals("@in") && given.getLast().id() == self.id();
            if (index || in) {
                CelExpr key = index ? given.getLast() : given.getFirst();
                String text = constant(key);
                if (text != null) {
                    checkKey(map, key, text);
                }
                return;
            }
        }
        shown.add(map);
    }

    private void checkKey(String map, CelExpr at, String key) {
        if (map.equals(Vocabulary.HEADERS)) {
            if (!key.equals(spelled(key))) {
                throw unfit(
                        at,
                        "names of headers are in lower case and with hyphens, write `" + Quoted.of(spelled(key)) + "`");
            }
            if (Facts.CREDENTIALS.contains(key)) { // more is not shown than these, but these are what is asked for
                throw unfit(at, "`" + key + "` is a credential, which conditions do not see; use `identity`");
            }
        }
        if (map.equals(Vocabulary.PARAMS) && !variables.contains(key)) {
            throw unfit(
                    at,
                    "the route's path has no variable `" + Quoted.of(key) + "`"
                            + (variables.isEmpty() ? "" : ", but " + String.join(", ", variables)));
        }
    }

    private static String spelled(String key) {
        return key.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static @Nullable String constant(CelExpr expr) {
        return expr.getKind() == CelExpr.ExprKind.Kind.CONSTANT
                        && expr.constant().getKind() == CelConstant.Kind.STRING_VALUE
                ? expr.constant().stringValue()
                : null;
    }

    private IllegalArgumentException unfit(CelExpr at, String problem) {
        Integer offset = source.getPositionsMap().get(at.id());
        String where = offset == null
                ? ""
                : source.getOffsetLocation(offset)
                        .map(place -> "line " + place.getLine() + ", column " + (place.getColumn() + 1) + ": ")
                        .orElse("");
        return new IllegalArgumentException("the condition is no fit expression; " + where + problem);
    }
}
