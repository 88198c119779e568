/**
 * The embedded engine's allocator keeps freed memory for seconds by default: an import took twice what it used at once. It reads this
 * variable when its library is loaded, so this module is imported before that.
 */
process.env.JE_MALLOC_CONF ??= 'dirty_decay_ms:200,muzzy_decay_ms:0';
