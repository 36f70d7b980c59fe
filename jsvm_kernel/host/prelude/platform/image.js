// jupyter.image: a displayable value of an image file's bytes, a data: URL, SVG text or pixels.
(function (natives, kit) {
  "use strict";
  const b = kit.builtins;
  const dataURL = /^data:([\w.+-]+\/[\w.+-]+)((?:;[^,;]*)*),([^]*)$/;
  const svgText = /^\s*(<\?xml[^]*?\?>\s*)?(<!--[^]*?-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s/>]/i;
  const imageType = /^image\/[\w.+-]+$/;
  const CHANNELS = [1, 2, 3, 4];
  const MAX_SIDE = 65535;

  // How files begin. "RIFF" is followed by a size.
  const signatures = [
    ["image/png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
    ["image/jpeg", [0xff, 0xd8, 0xff]],
    ["image/gif", [0x47, 0x49, 0x46, 0x38]],
    ["image/webp", [0x52, 0x49, 0x46, 0x46, -1, -1, -1, -1, 0x57, 0x45, 0x42, 0x50]],
    ["image/bmp", [0x42, 0x4d]],
    ["image/avif", [-1, -1, -1, -1, 0x66, 0x74, 0x79, 0x70, 0x61, 0x76, 0x69, 0x66]],
  ];

  function begins(bytes, signature) {
    if (b.typedArrayLength(bytes) < signature.length) return false;
    for (let i = 0; i < signature.length; i++) {
      if (signature[i] >= 0 && bytes[i] !== signature[i]) return false;
    }
    return true;
  }

  function typeOf(bytes) {
    for (let i = 0; i < signatures.length; i++) {
      if (begins(bytes, signatures[i][1])) return signatures[i][0];
    }
    return undefined;
  }

  function fail(text) {
    throw new b.TypeError("jupyter.image: " + text);
  }
  const brief = (value) => kit.inspect(value, { depth: 0, maxStringLength: 60 });

  // "png", "jpg" and "image/png" name the same kinds of file.
  function formatType(format) {
    if (typeof format !== "string") fail(`format must be a string, got ${brief(format)}`);
    if (format === "svg") return "image/svg+xml";
    const type = b.includes(format, "/") ? format : "image/" + (format === "jpg" ? "jpeg" : format);
    if (b.regexpExec(imageType, type) === null) {
      fail(`${brief(format)} is no format; those look like "png" or "image/png"`);
    }
    return type;
  }

  function side(name, value) {
    if (value === undefined) return undefined;
    if (typeof value !== "number" || !(value > 0) || value > MAX_SIDE) {
      fail(`${name} must be a number from 1 to ${MAX_SIDE}, got ${brief(value)}`);
    }
    return value;
  }

  function fromText(text, format) {
    const found = b.regexpExec(dataURL, text);
    if (found !== null) {
      const [, type, parameters, data] = found;
      if (b.regexpExec(imageType, type) === null) fail(`a data: URL of ${type} is no image`);
      const base64 = b.includes(parameters, ";base64");
      if (type === "image/svg+xml") return [type, base64 ? b.atob(data) : b.decodeURI(data)];
      if (!base64) fail(`a data: URL of ${type} must be base64`);
      return [type, data];
    }
    if (b.regexpExec(svgText, text) !== null || format === "image/svg+xml") {
      return ["image/svg+xml", text];
    }
    return fail(
      `a string must be a data: URL or SVG text, got ${brief(text)}; ` +
        "of a file or a URL give the bytes",
    );
  }

  // Bytes 0..255 of pixels that are bytes already, or numbers from 0 to 1.
  function channelBytes(pixels) {
    const name = b.typedArrayName(pixels);
    if (name === "Uint8Array" || name === "Uint8ClampedArray") return kit.bytesOf(pixels);
    if (name !== "Float32Array" && name !== "Float64Array" && name !== "Float16Array") {
      fail(
        `pixels must be a Uint8Array or Uint8ClampedArray (0 to 255) or a Float32Array or ` +
          `Float64Array (0 to 1), got ${name ?? brief(pixels)}`,
      );
    }
    const length = b.typedArrayLength(pixels);
    const bytes = new b.Uint8Array(length);
    for (let i = 0; i < length; i++) {
      // What is no number is black.
      const level = b.max(0, b.min(1, pixels[i]));
      bytes[i] = level === level ? b.floor(level * 255 + 0.5) : 0;
    }
    return bytes;
  }

  function fromPixels(pixels, width, height) {
    if (width === undefined || height === undefined) {
      fail(
        "these bytes begin like no image file that is known; " +
          "of pixels give {width, height}, of a file its {format}",
      );
    }
    const count = b.typedArrayLength(pixels);
    const channels = count / (width * height);
    if (count === undefined || b.indexOf(CHANNELS, channels) < 0) {
      fail(
        `${width} × ${height} pixels are ${width * height} values (grey), ${3 * width * height} ` +
          `(RGB) or ${4 * width * height} (RGBA), got ${count}`,
      );
    }
    const file = natives.encodePng(channelBytes(pixels), width, height, channels);
    return ["image/png", b.toBase64(new b.Uint8Array(file))];
  }

  // [type, data, whether width and height are those of the pixels]
  function read(source, format, width, height) {
    if (typeof source === "string") return [...fromText(source, format), false];
    const bytes = kit.bytesOf(source);
    if (bytes === undefined) {
      fail(
        "give the bytes of an image file, pixels in a typed array, a data: URL or SVG text, " +
          `got ${brief(source)}`,
      );
    }
    const type = format ?? typeOf(bytes);
    if (type === "image/svg+xml") fail("SVG is text: give it as a string");
    if (type !== undefined) return [type, b.toBase64(bytes), false];
    if (!b.isView(source)) return [...fromPixels(bytes, width, height), true];
    return [...fromPixels(source, width, height), true];
  }

  // What canvas libraries call ImageData: {data, width, height}.
  function isImageData(source) {
    return (
      typeof source === "object" &&
      source !== null &&
      natives.proxyTarget(source) === undefined &&
      b.isView(kit.ownData(source, "data")) &&
      typeof kit.ownData(source, "width") === "number" &&
      typeof kit.ownData(source, "height") === "number"
    );
  }

  function image(source, options = {}) {
    if (typeof options !== "object" || options === null) {
      fail(`the options are an object {format, width, height}, got ${brief(options)}`);
    }
    if (isImageData(source)) {
      options = { width: source.width, height: source.height, ...options };
      source = source.data;
    }
    const width = side("width", options.width);
    const height = side("height", options.height);
    const format = options.format === undefined ? undefined : formatType(options.format);
    const [type, data, sized] = read(source, format, width, height);
    const size = sized || (width !== undefined && height !== undefined);
    const text = `[${type}${size ? ` ${width} × ${height}` : ""}]`;
    return kit.displayable(() => {
      const bundle = { [type]: data, "text/plain": text };
      const shape = { ...(width && { width }), ...(height && { height }) };
      return sized ? bundle : kit.withMetadata(bundle, { [type]: shape });
    });
  }

  return { image };
})
