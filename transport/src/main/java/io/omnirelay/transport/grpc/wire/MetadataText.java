package io.omnirelay.transport.grpc.wire;

/** What gRPC allows in the names and values of ASCII metadata; HTTP allows more. */
public final class MetadataText {
    private MetadataText() {}

    /** True for lower-case letters, digits, {@code -}, {@code _} and {@code .}, at least one. */
    public static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.')) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    /** True for printable ASCII. */
    public static boolean isPrintable(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < 0x20 || c > 0x7E) {
                return false;
            }
        }
        return true;
    }
}
