"""A student who fills every gap, and one who makes mistakes."""

from nst_numpy.learn.pages import GAP, file_of, page
from nst_numpy.learn.tasks import TASKS

GAPS = {
    "vgg_input_forward": """    x = 255 * image[:, :, ::-1]
    return x - np.array(mean, dtype=image.dtype)
""",
    "vgg_input_backward": "    return 255 * dx[:, :, ::-1]\n",
    "conv_forward": """    n_H, n_W, _ = x.shape
    padded = np.pad(x, ((1, 1), (1, 1), (0, 0)))
    z = np.zeros((n_H, n_W, weight.shape[3]), x.dtype)
    for u in range(3):
        for v in range(3):
            z += padded[u : u + n_H, v : v + n_W] @ weight[u, v]
    return z + bias
""",
    "conv_backward": "    return conv_forward(dz, weight[::-1, ::-1].transpose(0, 1, 3, 2))\n",
    "relu_forward": "    return np.maximum(z, 0), z > 0\n",
    "relu_backward": "    return np.where(positive, da, 0).astype(da.dtype)\n",
    "average_pool_forward": """    n, m = x.shape[0] // 2, x.shape[1] // 2
    return x[: 2 * n, : 2 * m].reshape(n, 2, m, 2, -1).mean((1, 3))
""",
    "average_pool_backward": """    dx = np.zeros(shape, dy.dtype)
    n, m, _ = dy.shape
    for p in range(2):
        for q in range(2):
            dx[p : 2 * n : 2, q : 2 * m : 2] = dy / 4
    return dx
""",
    "max_pool_forward": """    n, m = x.shape[0] // 2 * 2, x.shape[1] // 2 * 2
    four = np.stack([x[p:n:2, q:m:2] for p in range(2) for q in range(2)])
    return four.max(0), four.argmax(0).astype(np.uint8)
""",
    "max_pool_backward": """    dx = np.zeros(shape, dy.dtype)
    n, m, _ = dy.shape
    for k in range(4):
        p, q = divmod(k, 2)
        dx[p : 2 * n : 2, q : 2 * m : 2] = dy * (winner == k)
    return dx
""",
    "content_cost": "    return np.sum((a_G - a_C) ** 2) / (4 * a_G.size)\n",
    "content_gradient": "    return 2 * (a_G - a_C) / (4 * a_G.size)\n",
    "gram_matrix": "    A = a.reshape(-1, a.shape[2])\n    return A.T @ A\n",
    "style_cost": """    M, M_S = a_G.shape[0] * a_G.shape[1], a_S.shape[0] * a_S.shape[1]
    D = gram_matrix(a_G) / M - gram_matrix(a_S) / M_S
    return np.sum(D**2) / (4 * a_G.shape[2] ** 2)
""",
    "style_gradient": """    n_C = a_G.shape[2]
    M, M_S = a_G.shape[0] * a_G.shape[1], a_S.shape[0] * a_S.shape[1]
    D = gram_matrix(a_G) / M - gram_matrix(a_S) / M_S
    A = a_G.reshape(-1, n_C)
    return (A @ D / (n_C**2 * M)).reshape(a_G.shape)
""",
    "walk_down": """    da = None
    for layer in reversed(network.up_to(dfeatures)):
        if layer in dfeatures:
            da = dfeatures[layer] if da is None else da + dfeatures[layer]
        if layer in cache.positive:
            dz = layers.relu_backward(da, cache.positive[layer])
            da = layers.conv_backward(dz, weights[layer][0])
        else:
            da = layers.average_pool_backward(da, cache.shape[layer])
    return layers.vgg_input_backward(da)
""",
    "central_difference": """    up, down = function(x + h * direction), function(x - h * direction)
    return (up - down) / (2 * h)
""",
    "adjoint_test": """    a, b = np.vdot(u, forward(v)), np.vdot(backward(u), v)
    largest = max(abs(a), abs(b))
    return abs(a - b) / largest if largest else 0.0
""",
    "gradient_descent_step": "    return x - learning_rate * gradient\n",
    "adam_step": """    m = 0.9 * m + 0.1 * gradient
    v = 0.999 * v + 0.001 * gradient**2
    m_hat, v_hat = m / (1 - 0.9**t), v / (1 - 0.999**t)
    return x - learning_rate * m_hat / (np.sqrt(v_hat) + 1e-8), m, v
""",
    "two_loop": """    q = -gradient
    parts = []
    for s_k, y_k in reversed(list(zip(s, y))):
        part = np.vdot(s_k, q) / np.vdot(s_k, y_k)
        parts.append(part)
        q = q - part * y_k
    q = q * np.vdot(s[-1], y[-1]) / np.vdot(y[-1], y[-1])
    for s_k, y_k in zip(s, y):
        q = q + (parts.pop() - np.vdot(y_k, q) / np.vdot(s_k, y_k)) * s_k
    return q
""",
    "line_search": """    if height > height_0 + c1 * t * slope_0 or slope > -c2 * slope_0:
        return "too long"
    if slope < c2 * slope_0:
        return "too short"
    return "right"
""",
}


def fill(folder, **changes):
    """Write every file, filled; or with something else in the gap of some functions."""
    folder.mkdir(exist_ok=True)
    for task in TASKS.values():
        (folder / file_of(task)).write_text(filled(task, changes.get(task.function)))
    return folder


def filled(task, body=None):
    """Return the file of a task with its gap filled."""
    lines = body or GAPS[task.function]
    text = "\n".join(f"    {line}" for line in lines.splitlines()) if body else lines
    return page(task).replace(f"    {GAP}\n", text.rstrip() + "\n")
