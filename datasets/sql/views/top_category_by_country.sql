-- one row per country and category in first place by number of posts; ties give several
with counted as (
  select
    g.country,
    p.category,
    count(*) as category_count
  from pin as p
  inner join geo as g on g.ind = p.ind
  inner join user as u on u.ind = p.ind
  where g.country is not null and p.category is not null
  group by g.country, p.category
),
ranked as (
  select
    c.country,
    c.category,
    c.category_count,
    rank() over (partition by c.country order by c.category_count desc nulls last) as place
  from counted as c
)
select
  r.country,
  r.category,
  r.category_count
from ranked as r
where r.place = 1
order by r.country nulls last, r.category nulls last
