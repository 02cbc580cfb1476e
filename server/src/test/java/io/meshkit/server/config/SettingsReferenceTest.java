package io.meshkit.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code docs/configuration.md} is the table of settings, as a person reads it. */
class SettingsReferenceTest {
    private static final Path PAGE = Path.of("../docs/configuration.md");

    @Test
    void page_isWhatTheSettingsSay() throws Exception {
        String wanted = page();
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(PAGE, wanted);
        }
        assertThat(Files.readString(PAGE))
                .as("rewrite it with -Dtest.jvm.args=-Dgolden.write=true")
                .isEqualTo(wanted);
    }

    private static String page() {
        StringBuilder page = new StringBuilder("""
            # Configuration of a server

            Made from the table of settings; `SettingsReferenceTest` keeps the two the same. Every key can be given in
            the YAML file, as `OMNIRELAY_` and the key in capitals with `_` for `.` and `-`, or by `--set key=value`;
            the later wins.

            | key | default | bounds | meaning |
            |---|---|---|---|
            """);
        for (Setting setting : Settings.ALL) {
            page.append("| `").append(setting.key()).append("` | ");
            page.append(standard(setting));
            page.append(" | ")
                    .append(bounds(setting))
                    .append(" | ")
                    .append(meaning(setting))
                    .append(" |\n");
        }
        return page.toString();
    }

    private static String standard(Setting setting) {
        if (setting.standard() == null) {
            return "required";
        }
        return setting.standard().isEmpty() ? "none" : "`" + setting.standard() + "`";
    }

    private static String bounds(Setting setting) {
        return switch (setting.type()) {
            case NUMBER -> setting.min() + "–" + setting.max() + (setting.unit().isEmpty() ? "" : " " + setting.unit());
            case CHOICE -> String.join(", ", setting.choices());
            case SWITCH -> "true, false";
            case PATH -> "path";
            case TEXT -> "text";
        };
    }

    private static String meaning(Setting setting) {
        List<String> sentences = new ArrayList<>(List.of(setting.meaning()));
        if (!setting.zero().isEmpty()) {
            sentences.add("0: " + setting.zero() + ".");
        }
        if (!setting.hazard().isEmpty()) {
            sentences.add("*Hazard:* " + setting.hazard() + ".");
        }
        return String.join(" ", sentences).replace("|", "\\|");
    }
}
