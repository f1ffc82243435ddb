package dev.pavise.proxy.cli;

import dev.pavise.proxy.explain.Explanation;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** An explanation for people, and for programs. */
final class ExplanationText {
    private ExplanationText() {}

    static void print(Explanation told, PrintWriter out) {
        out.println(word(told) + (told.status() == 0 ? "" : " " + told.status() + " " + told.code()) + ": "
                + told.reason());
        line(out, "request", told.request());
        Explanation.Caller caller = told.caller();
        if (caller != null) {
            line(out, "caller", caller.id());
            line(out, "roles", caller.roles().isEmpty() ? "none" : String.join(", ", caller.roles()));
            if (caller.permissions().isEmpty()) {
                line(out, "permissions", "none");
            }
            caller.permissions().forEach(held -> line(out, "permission", held.permission() + " from " + held.source()));
        }
        printRoute(told, out);
        Explanation.Tested condition = told.condition();
        if (condition != null) {
            line(out, "condition", condition.outcome() + ": " + condition.text().replace('\n', ' '));
            if (!condition.why().isEmpty()) {
                line(out, "", condition.why());
            }
            condition.parts().forEach(part -> line(out, "", part.text() + " = " + part.value()));
        }
        told.limits().forEach(limit -> line(out, "limit", limit));
        told.others().forEach(other -> line(out, "not taken", "`" + other.name() + "`: " + other.why()));
        told.unseen().forEach(unseen -> line(out, "not looked at", unseen));
    }

    private static void printRoute(Explanation told, PrintWriter out) {
        Explanation.Route route = told.route();
        if (route == null) {
            line(out, "route", "none");
            return;
        }
        line(out, "route", "`" + route.name() + "`" + (route.place().isEmpty() ? "" : " (" + route.place() + ")"));
        line(out, "match", route.match() + (route.upstream().isEmpty() ? "" : " -> " + route.upstream()));
        if (!route.needed().isEmpty()) {
            String granted = route.granted() == null
                    ? "not held; roles that have it: " + String.join(", ", route.heldBy())
                    : "held by " + route.granted();
            line(out, "needs", route.needed() + ", " + granted);
        }
    }

    private static void line(PrintWriter out, String name, String text) {
        out.printf("  %-13s  %s%n", name, text);
    }

    private static String word(Explanation told) {
        return told.verdict().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    static Map<String, Object> tree(Explanation told) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("allowed", told.allowed());
        tree.put("verdict", told.verdict().name().toLowerCase(Locale.ROOT));
        tree.put("status", told.status() == 0 ? null : told.status());
        tree.put("code", told.code());
        tree.put("reason", told.reason());
        tree.put("request", told.request());
        tree.put("caller", told.caller());
        tree.put("route", told.route());
        tree.put("condition", told.condition());
        tree.put("limits", told.limits());
        tree.put("others", told.others());
        tree.put("not_looked_at", told.unseen());
        return tree;
    }
}
