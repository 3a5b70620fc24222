package dev.imprint.web;

import org.eclipse.jetty.http.HttpFields;

/**
 * The answer to GET, and to HEAD without the body.
 *
 * @param fields headers other than the length, including the content type
 */
@SuppressWarnings("ArrayRecordComponent") // never compared or changed
public record PageResponse(int status, HttpFields fields, byte[] body) {}
